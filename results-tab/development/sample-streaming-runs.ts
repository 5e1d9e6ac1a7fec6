import { toJUnit } from "../../shared/results/junit.ts";
import type { NotebookResult } from "../../shared/results/notebook-result.ts";
import { statusRecord } from "../../shared/results/status-record.ts";
import type { PhaseSpan, StreamingPhase } from "../../shared/results/streaming-phase.ts";
import { resultsOfNotebooks } from "../../shared/results/test-results.ts";
import { type SampleRun, sampleWorkspace } from "./sample-run.ts";

/** The latencies of both iterations in each run, in seconds; in one of them the second payload never became visible. */
const history: [first: number, second?: number][] = [[31, 22], [28, 24], [33], [29, 21], [44, 23]];

/** How long a validation runs, and how long the test waits before the next try. */
const trySeconds = 6.4;
const pauseSeconds = 1;

/** Streaming tests of a medallion pipeline, oldest first. @param before the build id of the run that follows them */
export function streamingRuns(before: number): SampleRun[] {
  return history.map(([first, second], index) => {
    const buildId = String(before - (history.length - 1 - index) * 1000);
    const startedOn = new Date(Date.UTC(2026, 1, 20 + index, 8, 30));
    const phases = phasesOf(startedOn.getTime(), first, second);
    const results = resultsOfNotebooks("Streaming test", phases);
    const record = statusRecord(results, {
      platform: "databricks",
      workspace: sampleWorkspace,
      run: { buildId },
      startedOn: startedOn.toISOString(),
      finishedOn: new Date(startedOn.getTime() + 260_000).toISOString(),
    });
    return { buildId, records: [record], junitFiles: [toJUnit(results)] };
  });
}

function phasesOf(start: number, first: number, second: number | undefined): NotebookResult[] {
  const span = (at: number, durationSeconds: number): PhaseSpan => ({
    startedOn: new Date(start + at * 1000),
    durationSeconds,
    outcome: "passed",
  });
  const phase = (name: string, of: StreamingPhase, time: PhaseSpan, more: Partial<NotebookResult> = {}) => ({
    name: `Medallion/${name}`,
    ...time,
    cases: [],
    url: `${sampleWorkspace}/#job/900/run/1`,
    phase: of,
    ...more,
  });
  const iteration = (name: string, at: number, number: number, latency = 65) => {
    const tries = triesOf(start + (at + 9) * 1000, latency);
    const isVisible = number === 1 || second !== undefined;
    const last = tries.at(-1)!;
    if (!isVisible) last.outcome = "failed";
    return [
      phase(`${name}: produce`, { kind: "produce", iteration: name }, span(at, 9), {
        file: `notebooks/produce-${number}.py`,
      }),
      phase(
        `${name}: validate`,
        {
          ...{ kind: "validate" as const, iteration: name, tries },
          ...(isVisible ? { latencySeconds: latency } : {}),
        },
        last,
        {
          file: `notebooks/validate-${number}.py`,
          ...(isVisible
            ? { exitValue: `{"rows": ${501 * number}}` }
            : {
                message:
                  "AssertionError: gold has 501 rows instead of 1002, also in the last try after 1 min 5 s",
              }),
        },
      ),
    ];
  };
  const end = 105 + first + 12 + (second ?? 65);
  return [
    phase("clean before", { kind: "clean" }, span(0, 8.2), { file: "notebooks/clean.py" }),
    phase("ready", { kind: "ready" }, span(9, 84), { file: "notebooks/validate-setup.py" }),
    ...iteration("First invoices", 94, 1, first),
    ...iteration("Second invoices", 94 + 10 + first, 2, second),
    phase(
      "job",
      {
        kind: "job",
        streams: [
          { name: "bronze", ...span(61, end - 61) },
          { name: "silver", ...span(64, end - 64) },
          { name: "gold", ...span(69, end - 69) },
        ],
      },
      span(10, end - 10),
    ),
    phase("clean after", { kind: "clean" }, span(end + 1, 7.5), { file: "notebooks/clean.py" }),
  ];
}

/** One after another until the latency is over; the last one passes. */
function triesOf(start: number, latency: number): PhaseSpan[] {
  const count = Math.max(1, Math.floor((latency + pauseSeconds) / (trySeconds + pauseSeconds)));
  const each = latency / count;
  return Array.from({ length: count }, (_, index) => ({
    startedOn: new Date(start + index * each * 1000),
    durationSeconds: index === count - 1 ? each : each - pauseSeconds,
    outcome: index === count - 1 ? "passed" : "failed",
  }));
}
