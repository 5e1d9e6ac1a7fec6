import { useId, useState } from "react";
import type { ReleaseCell, ReleaseMatrix, ReleaseVersion } from "../../shared/results/release-matrix.ts";
import { verdictText } from "../../shared/results/report/words.ts";
import { OutcomeIcon } from "./outcome-icon.tsx";
import { OutsideLink } from "./outside-link.tsx";
import { Time } from "./time.tsx";

/** The number of versions at first: usually those that are being released. */
const newestVersions = 5;

/** The result of each version of a package in each environment, for the person who signs a release off. */
export function Matrices({ matrices, ...props }: Props & { matrices: readonly ReleaseMatrix[] }) {
  return matrices.map((matrix) => <Matrix key={matrix.artifact} matrix={matrix} {...props} />);
}

interface Props {
  buildId: string;
  /** The version whose results the page shows, unless it shows those of the run. */
  chosen: ReleaseVersion | undefined;
  onChoose(version: ReleaseVersion): void;
}

function Matrix({ matrix, buildId, chosen, onChoose }: Props & { matrix: ReleaseMatrix }) {
  const { artifact, environments, versions } = matrix;
  const title = useId();
  const numbers = versions.map(({ version }) => version);
  const [isWhole, showWhole] = useState(versions.length <= newestVersions);
  return (
    <section className="release" aria-labelledby={title}>
      <h2 id={title}>
        Release of {artifact} <small>the last test of each version in each environment</small>
      </h2>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard. */}
      <section className="scroll" tabIndex={0} aria-label={`Table of the release of ${artifact}`}>
        <table>
          <thead>
            <tr>
              <th scope="col">Version</th>
              {environments.map((name) => (
                <th key={name} scope="col">
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {versions.slice(0, isWhole ? undefined : newestVersions).map((each) => {
              const { version, digest, cells } = each;
              return (
                <tr key={`${version} ${digest}`} className={each === chosen ? "chosen" : undefined}>
                  <th scope="row" title={digest}>
                    <button
                      type="button"
                      className="version"
                      aria-pressed={each === chosen}
                      aria-label={`Show the results of ${artifact} ${version}`}
                      onClick={() => onChoose(each)}
                    >
                      {version}
                    </button>
                    {numbers.indexOf(version) !== numbers.lastIndexOf(version) && (
                      <small>{digest.slice(0, 19)}…</small>
                    )}
                  </th>
                  {cells.map((cell, index) => (
                    <td key={environments[index]}>
                      {cell ? (
                        <Cell cell={cell} isCurrent={cell.run.buildId === buildId} />
                      ) : (
                        <span className="untested">not tested</span>
                      )}
                    </td>
                  ))}
                </tr>
              );
            })}
          </tbody>
        </table>
      </section>
      {!isWhole && (
        <button type="button" className="older" onClick={() => showWhole(true)}>
          Show {versions.length - newestVersions} older versions
        </button>
      )}
    </section>
  );
}

function Cell({
  cell: { outcome, sums, finishedOn, run },
  isCurrent,
}: {
  cell: ReleaseCell;
  isCurrent: boolean;
}) {
  return (
    <div className="proof">
      <OutcomeIcon outcome={outcome} />
      <div>
        {verdictText(sums)}
        <small>
          {isCurrent ? "this run" : <OutsideLink url={run.url}>{run.number}</OutsideLink>},{" "}
          <Time value={finishedOn} isDay />
        </small>
      </div>
    </div>
  );
}
