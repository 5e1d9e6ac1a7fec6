import { duration } from "../text/duration.ts";
import { oneLine } from "../text/plain-text.ts";
import type { PastRun } from "./past-run.ts";
import type { StatusResult } from "./status-record.ts";
import type { TestOutcome } from "./test-outcome.ts";

/** The outcomes of a notebook in the last runs of its pipeline. */
export interface NotebookHistory {
  name: string;
  file?: string;
  environment?: string;
  /** A point for each run, in the order of the runs; undefined if the notebook was not in the run. */
  points: (HistoryPoint | undefined)[];
  passed: number;
  ran: number;
  /** Of the runs in which it passed, because a failure may end a run early. */
  medianSeconds?: number;
  /** Of a validation of a streaming test; undefined if no run measured its latency. */
  latency?: LatencyHistory;
}

interface LatencyHistory {
  /** How many runs measured it. A validation that failed has no latency, and neither has one in batch mode. */
  measured: number;
  medianSeconds: number;
}

export interface HistoryPoint {
  outcome: TestOutcome;
  durationSeconds: number;
  latencySeconds?: number;
}

/** The latency of the last run beside the median, such as `3.2 s, median 2.9 s`; the outcome if the last run measured none. */
export function latestLatency({ points, latency }: NotebookHistory): string {
  const latest = points.findLast((point) => point !== undefined);
  if (!latest || !latency) return "–";
  const { latencySeconds, outcome } = latest;
  const words = latencySeconds === undefined ? outcome : duration(latencySeconds);
  return latency.measured === 1 && latencySeconds !== undefined
    ? words
    : `${words}, median ${duration(latency.medianSeconds)}`;
}

/** A history for each notebook, but not for the cases that notebooks report. @param runs oldest first */
export function notebookHistories(runs: readonly PastRun[]): NotebookHistory[] {
  const histories = new Map<string, NotebookHistory>();
  runs.forEach(({ records }, index) => {
    for (const { environment, results } of records)
      for (const result of results) {
        if (result.name.includes(" / ")) continue;
        const empty = emptyHistory(result, environment, runs.length);
        // The names as they are shown: a reader takes two that look alike for one.
        const key = JSON.stringify([empty.environment, empty.file, empty.name]);
        const history = histories.get(key) ?? empty;
        const { outcome, durationSeconds, latencySeconds } = result;
        history.points[index] = {
          outcome,
          durationSeconds,
          ...(latencySeconds === undefined ? {} : { latencySeconds }),
        };
        histories.set(key, history);
      }
  });
  return [...histories.values()].map(withSums);
}

function emptyHistory(
  { name, file }: StatusResult,
  environment: string | undefined,
  runs: number,
): NotebookHistory {
  return {
    name: oneLine(name, 300),
    ...(file ? { file: oneLine(file, 300) } : {}),
    ...(environment ? { environment: oneLine(environment, 100) } : {}),
    points: Array.from({ length: runs }, () => undefined),
    passed: 0,
    ran: 0,
  };
}

function withSums(history: NotebookHistory): NotebookHistory {
  const ran = history.points.filter((point) => point && point.outcome !== "skipped");
  const times = ran.flatMap((point) => (point!.outcome === "passed" ? [point!.durationSeconds] : []));
  const latencies = ran.flatMap((point) => point!.latencySeconds ?? []);
  return {
    ...history,
    ran: ran.length,
    passed: times.length,
    ...(times.length > 0 ? { medianSeconds: median(times) } : {}),
    ...(latencies.length > 0
      ? { latency: { measured: latencies.length, medianSeconds: median(latencies) } }
      : {}),
  };
}

/** @param values at least one */
function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  return (sorted[Math.ceil(middle - 1)]! + sorted[Math.floor(middle)]!) / 2;
}
