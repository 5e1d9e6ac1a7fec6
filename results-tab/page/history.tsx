import {
  type HistoryPoint,
  latestLatency,
  type NotebookHistory,
  notebookHistories,
} from "../../shared/results/notebook-history.ts";
import type { PastRun } from "../../shared/results/past-run.ts";
import type { TestOutcome } from "../../shared/results/test-outcome.ts";
import { duration } from "../../shared/text/duration.ts";
import { OutsideLink } from "./outside-link.tsx";

/** The number of lines at most. Records with thousands of cases and no notebook would fill the page. */
const longestList = 100;

interface Measure {
  /** What the table is about, for its class and its ids. */
  className: string;
  title: string;
  /** What a higher bar means. */
  meaning: string;
  subject: string;
  figure: string;
  /** The height of a bar; undefined if the run did not measure it. */
  valueOf(point: HistoryPoint): number | undefined;
  figureOf(history: NotebookHistory): string;
}

const latencies: Measure = {
  className: "latencies",
  title: "Latency",
  meaning: "the higher a bar, the longer from a payload to the validation that saw its result",
  subject: "Validation",
  figure: "Last run",
  valueOf: ({ latencySeconds }) => latencySeconds,
  figureOf: latestLatency,
};

const durations: Measure = {
  className: "durations",
  title: "History",
  meaning: "the higher a bar, the longer it took",
  subject: "Notebook",
  figure: "Median",
  valueOf: ({ durationSeconds }) => durationSeconds,
  figureOf: ({ medianSeconds }) => (medianSeconds === undefined ? "–" : duration(medianSeconds)),
};

/** The last results of each notebook of the run. Of validations of streaming tests it shows latencies, of other notebooks durations. */
export function History({ runs: all, buildId }: { runs: readonly PastRun[]; buildId: string }) {
  const { runs, histories } = ofThisRun(all, buildId);
  if (runs.length < 2) return null;
  const measured = histories.filter(({ latency }) => latency);
  const others = histories.filter(({ latency }) => !latency);
  return (
    <>
      <Table runs={runs} buildId={buildId} histories={measured} of={latencies} />
      <Table runs={runs} buildId={buildId} histories={others} of={durations} />
    </>
  );
}

interface TableProps {
  runs: readonly PastRun[];
  buildId: string;
  histories: readonly NotebookHistory[];
  of: Measure;
}

/** A column for each run, with a bar for each notebook that it ran. */
function Table({ runs, buildId, histories, of }: TableProps) {
  if (histories.length === 0) return null;
  const others = histories.length - longestList;
  const id = `${of.className}-title`;
  return (
    <section className={`history ${of.className}`} aria-labelledby={id}>
      <h2 id={id}>
        {of.title}{" "}
        <small>
          the last {runs.length} runs, oldest first; {of.meaning}
        </small>
      </h2>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard. */}
      <section className="scroll" tabIndex={0} aria-label={`Table: ${of.title}`} ref={scrollToNewest}>
        <table>
          <thead>
            <tr>
              <th scope="col">{of.subject}</th>
              {runs.map((run) => (
                <th key={run.buildId} scope="col" className={run.buildId === buildId ? "run current" : "run"}>
                  <OutsideLink url={run.url} title={`Run ${run.number}`}>
                    {run.number}
                  </OutsideLink>
                </th>
              ))}
              <th scope="col">Passed</th>
              <th scope="col">{of.figure}</th>
            </tr>
          </thead>
          <tbody>
            {histories.slice(0, longestList).map((history) => (
              <Line
                key={JSON.stringify([history.environment, history.file, history.name])}
                history={history}
                runs={runs}
                of={of}
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

function Line({ history, runs, of }: { history: NotebookHistory } & Pick<TableProps, "runs" | "of">) {
  const { name, file, environment, points, passed, ran } = history;
  const longest = Math.max(...points.map((point) => (point && of.valueOf(point)) ?? 0));
  return (
    <tr>
      <th scope="row" title={file}>
        {name}
        {environment && <small>{environment}</small>}
      </th>
      {points.map((point, index) => (
        <td key={runs[index]!.buildId} className="point">
          {point ? (
            <Bar outcome={point.outcome} value={of.valueOf(point)} longest={longest} run={runs[index]!} />
          ) : (
            <span className="unseen">did not run</span>
          )}
        </td>
      ))}
      <td className="number">
        {passed} of {ran}
      </td>
      <td className="number">{of.figureOf(history)}</td>
    </tr>
  );
}

interface BarProps {
  outcome: TestOutcome;
  value: number | undefined;
  longest: number;
  run: PastRun;
}

/** A run that measured nothing has a small box, because its duration would be a height of another kind. */
function Bar({ outcome, value, longest, run }: BarProps) {
  const description = `${outcome}, ${value === undefined ? "no latency" : duration(value)}`;
  const percent = longest > 0 ? Math.max(8, ((value ?? 0) / longest) * 100) : 8;
  return (
    <span className="past" title={`${run.number}: ${description}`}>
      {value === undefined ? (
        <i className={`${outcome} unmeasured`} />
      ) : (
        <i className={outcome} style={{ height: `${percent}%` }} />
      )}
      <span className="unseen">{description}</span>
    </span>
  );
}
