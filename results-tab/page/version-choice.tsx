import type { ReleaseMatrix, ReleaseVersion } from "../../shared/results/release-matrix.ts";

interface Props {
  matrices: readonly ReleaseMatrix[];
  chosen: ReleaseVersion | undefined;
  onChoose(version: ReleaseVersion | undefined): void;
}

/** Chooses the version whose results the page shows, of those that the last runs tested. */
export function VersionChoice({ matrices, chosen, onChoose }: Props) {
  const choices = matrices.flatMap(({ artifact, versions }) =>
    versions.map((version) => ({ version, words: `${artifact} ${version.version}` })),
  );
  if (choices.length === 0) return null;
  const repeated = (words: string) => choices.filter((choice) => choice.words === words).length > 1;
  return (
    <p className="version-choice">
      <label>
        Results of{" "}
        <select
          value={choices.findIndex(({ version }) => version === chosen)}
          onChange={(event) => onChoose(choices[Number(event.currentTarget.value)]?.version)}
        >
          <option value={-1}>this run</option>
          {choices.map(({ version, words }, index) => (
            <option key={`${words} ${version.digest}`} value={index}>
              {words}
              {repeated(words) && ` (${version.digest.slice(0, 15)}…)`}
            </option>
          ))}
        </select>
      </label>
    </p>
  );
}
