import type { NotebookResult } from "../../../shared/results/notebook-result.ts";
import type { PhaseSpan } from "../../../shared/results/streaming-phase.ts";
import type { TestOutcome } from "../../../shared/results/test-outcome.ts";
import { resultsOfNotebooks, type TestResults } from "../../../shared/results/test-results.ts";

const start = Date.UTC(2026, 2, 2, 9, 14);

function span(at: number, durationSeconds: number, outcome: TestOutcome = "passed"): PhaseSpan {
  return { startedOn: new Date(start + at * 1000), durationSeconds, outcome };
}

function phase(
  name: string,
  of: NonNullable<NotebookResult["phase"]>,
  { startedOn, durationSeconds, outcome }: PhaseSpan,
  more: Partial<NotebookResult> = {},
): NotebookResult {
  return {
    ...{ name: `Medallion/${name}`, outcome, startedOn, durationSeconds },
    ...(of.kind === "job" ? {} : { file: `notebooks/${notebookOf(of)}.py` }),
    ...{ cases: [], phase: of },
    ...more,
  };
}

function notebookOf({ kind, iteration }: NonNullable<NotebookResult["phase"]>): string {
  if (iteration !== undefined) return `${kind}-${iteration === names.first ? 1 : 2}`;
  return kind === "ready" ? "validate-setup" : kind;
}

const names = { first: "First invoices", second: "Corrected 2024/25 invoices" };

function streams(failed = false): NonNullable<NonNullable<NotebookResult["phase"]>["streams"]> {
  return [
    { name: "bronze", ...span(6, 46) },
    { name: "silver", ...span(9, failed ? 26 : 43, failed ? "failed" : "passed") },
    { name: "gold", ...span(11.5, 40.5) },
  ];
}

/** A streaming test that passed: the first payload was visible in the fourth try, the second in the first. */
export function streamingRun(): TestResults {
  const [first, second] = [names.first, names.second];
  return resultsOfNotebooks("Streaming test", [
    phase("clean before", { kind: "clean" }, span(0, 4.1)),
    phase("ready", { kind: "ready" }, span(4.2, 13.3)),
    phase(`${first}: produce`, { kind: "produce", iteration: first }, span(17.6, 3)),
    phase(
      `${first}: validate`,
      {
        kind: "validate",
        iteration: first,
        latencySeconds: 9.2,
        tries: [
          span(20.6, 1.4, "failed"),
          span(22.3, 1.3, "failed"),
          span(24.6, 1.9, "failed"),
          span(27.6, 2.2),
        ],
      },
      span(27.6, 2.2),
      { exitValue: '{"rows": 501}' },
    ),
    phase(`${second}: produce`, { kind: "produce", iteration: second }, span(30, 2.6)),
    phase(
      `${second}: validate`,
      { kind: "validate", iteration: second, latencySeconds: 5.84, tries: [span(32.6, 5.84)] },
      span(32.6, 5.84),
      { exitValue: '{"rows": 1002}' },
    ),
    phase("job", { kind: "job", streams: streams() }, span(5, 47)),
    phase("clean after", { kind: "clean" }, span(52.4, 3.2)),
  ]);
}

/** The same test in which the silver stream dies while the second payload is validated, which is then not tried again. */
export function brokenStreamingRun(): TestResults {
  const [first, second] = [names.first, names.second];
  const passed = streamingRun().notebooks!;
  const notReached = 'not reached, because "job" failed';
  const died = "The stream silver failed: StreamingQueryException: the column amount is missing";
  return resultsOfNotebooks("Streaming test", [
    ...passed.filter(({ name }) => name.includes("before") || name.includes("ready") || name.includes(first)),
    passed.find(({ name }) => name.endsWith(`${second}: produce`))!,
    phase(
      `${second}: validate`,
      { kind: "validate", iteration: second, tries: [span(32.6, 1.3, "failed"), span(34.1, 1.2, "failed")] },
      span(34.1, 1.2, "failed"),
      { message: "AssertionError: gold has 501 rows instead of 1002" },
    ),
    phase("job", { kind: "job", streams: streams(true) }, span(5, 47, "failed"), {
      message: died,
      trace: `pyspark.errors.exceptions.StreamingQueryException: ${died}`,
    }),
    phase("Late invoices: produce", { kind: "produce", iteration: "Late invoices" }, span(57, 0, "skipped"), {
      message: notReached,
    }),
    phase(
      "Late invoices: validate",
      { kind: "validate", iteration: "Late invoices" },
      span(57, 0, "skipped"),
      { message: notReached },
    ),
    passed.find(({ name }) => name.endsWith("clean after"))!,
  ]);
}
