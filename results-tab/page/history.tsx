import {
  type HistoryPoint,
  type NotebookHistory,
  notebookHistories,
} from "../../shared/results/notebook-history.ts";
import type { PastRun } from "../../shared/results/past-run.ts";
import { duration } from "../../shared/text/duration.ts";
import { OutsideLink } from "./outside-link.tsx";

/** The number of lines at most. Records with thousands of cases and no notebook would fill the page. */
const longestList = 100;

/** The last results of each notebook of the run: a column for each run, with a bar as high as the duration. */
export function History({ runs: all, buildId }: { runs: readonly PastRun[]; buildId: string }) {
  const { runs, histories } = ofThisRun(all, buildId);
  if (runs.length < 2 || histories.length === 0) return null;
  const others = histories.length - longestList;
  return (
    <section className="history" aria-labelledby="history-title">
      <h2 id="history-title">
        History <small>the last {runs.length} runs, oldest first; the higher a bar, the longer it took</small>
      </h2>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard. */}
      <section className="scroll" tabIndex={0} aria-label="Table of the history" ref={scrollToNewest}>
        <table>
          <thead>
            <tr>
              <th scope="col">Notebook</th>
              {runs.map((run) => (
                <th key={run.buildId} scope="col" className={run.buildId === buildId ? "run current" : "run"}>
                  <OutsideLink url={run.url} title={`Run ${run.number}`}>
                    {run.number}
                  </OutsideLink>
                </th>
              ))}
              <th scope="col">Passed</th>
              <th scope="col">Median</th>
            </tr>
          </thead>
          <tbody>
            {histories.slice(0, longestList).map((history) => (
              <Line
                key={JSON.stringify([history.environment, history.file, history.name])}
                history={history}
                runs={runs}
              />
            ))}
          </tbody>
        </table>
      </section>
      {others > 0 && <p className="none">… and {others} more</p>}
    </section>
  );
}

/** The notebooks of the page's run, and the runs that ran any of them. */
function ofThisRun(all: readonly PastRun[], buildId: string) {
  const current = all.findIndex((run) => run.buildId === buildId);
  const histories = notebookHistories(all).filter(({ points }) => points[current]);
  const isShown = all.map((_, index) => histories.some(({ points }) => points[index]));
  return {
    runs: all.filter((_, index) => isShown[index]),
    histories: histories.map((history) => ({
      ...history,
      points: history.points.filter((_, index) => isShown[index]),
    })),
  };
}

function scrollToNewest(table: HTMLElement | null): void {
  if (table) table.scrollLeft = table.scrollWidth;
}

function Line({ history, runs }: { history: NotebookHistory; runs: readonly PastRun[] }) {
  const { name, file, environment, points, passed, ran, medianSeconds } = history;
  const longest = Math.max(...points.map((point) => point?.durationSeconds ?? 0));
  return (
    <tr>
      <th scope="row" title={file}>
        {name}
        {environment && <small>{environment}</small>}
      </th>
      {points.map((point, index) => (
        <td key={runs[index]!.buildId} className="point">
          {point ? (
            <Bar point={point} longest={longest} run={runs[index]!} />
          ) : (
            <span className="unseen">did not run</span>
          )}
        </td>
      ))}
      <td className="number">
        {passed} of {ran}
      </td>
      <td className="number">{medianSeconds === undefined ? "–" : duration(medianSeconds)}</td>
    </tr>
  );
}

function Bar({ point, longest, run }: { point: HistoryPoint; longest: number; run: PastRun }) {
  const { outcome, durationSeconds } = point;
  const description = `${outcome}, ${duration(durationSeconds)}`;
  const percent = longest > 0 ? Math.max(8, (durationSeconds / longest) * 100) : 8;
  return (
    <span className="past" title={`${run.number}: ${description}`}>
      <i className={outcome} style={{ height: `${percent}%` }} />
      <span className="unseen">{description}</span>
    </span>
  );
}
