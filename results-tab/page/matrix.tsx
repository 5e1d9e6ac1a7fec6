import { useId, useState } from "react";
import type { PastRun } from "../../shared/results/past-run.ts";
import {
  type ReleaseCell,
  type ReleaseMatrix,
  releaseMatrices,
} from "../../shared/results/release-matrix.ts";
import { countsText, date } from "../../shared/results/report/words.ts";
import { OutcomeIcon } from "./outcome-icon.tsx";
import { OutsideLink } from "./outside-link.tsx";

/** The number of versions at first: usually those that are being released. */
const newestVersions = 5;

/** The result of each version of a package in each environment, for the person who signs a release off. */
export function Matrices({ runs, buildId }: { runs: readonly PastRun[]; buildId: string }) {
  return releaseMatrices(runs).map((matrix) => (
    <Matrix key={matrix.artifact} matrix={matrix} buildId={buildId} />
  ));
}

function Matrix({
  matrix: { artifact, environments, versions },
  buildId,
}: {
  matrix: ReleaseMatrix;
  buildId: string;
}) {
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
            {versions.slice(0, isWhole ? undefined : newestVersions).map(({ version, digest, cells }) => (
              <tr key={`${version} ${digest}`}>
                <th scope="row" title={digest}>
                  {version}
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
            ))}
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
  cell: { outcome, counts, finishedOn, run },
  isCurrent,
}: {
  cell: ReleaseCell;
  isCurrent: boolean;
}) {
  return (
    <div className="proof">
      <OutcomeIcon outcome={outcome} />
      <div>
        {countsText(counts)}
        <small>
          {isCurrent ? "this run" : <OutsideLink url={run.url}>{run.number}</OutsideLink>},{" "}
          <time dateTime={finishedOn.toISOString()} title={date(finishedOn)}>
            {date(finishedOn).slice(0, 10)}
          </time>
        </small>
      </div>
    </div>
  );
}
