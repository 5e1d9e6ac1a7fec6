import { withExport } from "../../results/notebook-export.ts";
import type { NotebookResult } from "../../results/notebook-result.ts";
import { judgeTests } from "../../results/tests-verdict.ts";
import type { TaskHost } from "../../task/host.ts";
import { duration } from "../../text/duration.ts";
import { type NotebookOutputs, shortened } from "./outputs.ts";
import type { RunOutcome } from "./run-outcome.ts";

const noExitReason =
  "it ended without a call of dbutils.notebook.exit, so nothing shows that it ran to its end; call it in the last cell, or set requireExit to false";
const maxLoggedTrace = 20_000;

/** When a run that Databricks calls a success passes. */
export interface PassRules {
  requireExit: boolean;
  allowSkipped: boolean;
}

/** Turns a success into a failure if the notebook did not call dbutils.notebook.exit, or reported tests that did not pass. */
export function judge(outcome: RunOutcome, { requireExit, allowSkipped }: PassRules): RunOutcome {
  if (outcome.state !== "succeeded") return outcome;
  if (requireExit && !outcome.output?.exited) return { ...outcome, state: "failed", reason: noExitReason };
  if (!outcome.output) return outcome;
  const { failed, reason } = judgeTests(outcome.output.reading, allowSkipped);
  return { ...outcome, ...(failed ? { state: "failed" } : {}), ...(reason ? { reason } : {}) };
}

/** @param what such as `Notebook etl: succeeded` */
export function logOutcome(
  { log }: Pick<TaskHost, "log">,
  what: string,
  { output, durationMs, reason, url }: RunOutcome,
  { withTrace }: { withTrace: boolean },
): void {
  if (withTrace && output?.trace) log.outside(shortened(output.trace, maxLoggedTrace));
  log.outside(`${what} after ${duration(durationMs / 1000)}${reason ? `: ${reason}` : ""}, ${url}`);
}

/** Adds to a result what is known after the run. Only the exported page shows which cell failed. */
export function completedResult(
  result: NotebookResult,
  { state, durationMs, execution, reason, output, url }: RunOutcome,
  page: string | undefined,
  outputs: NotebookOutputs,
): NotebookResult {
  const { file } = result;
  const cases = output?.reading.kind === "cases" ? output.reading.cases : [];
  const withOutcome: NotebookResult = {
    ...result,
    url,
    outcome: state === "succeeded" ? "passed" : state === "failed" ? "failed" : "skipped",
    startedOn: execution?.startedOn ?? result.startedOn,
    durationSeconds: (execution?.durationMs ?? durationMs) / 1000,
    ...(reason ? { message: reason } : {}),
    ...(output?.exitValue === undefined ? {} : { exitValue: output.exitValue }),
    ...(output?.trace ? { trace: output.trace } : {}),
    cases: cases.map((testCase) => ({ url, ...(file ? { file } : {}), ...testCase })),
  };
  if (page === undefined) return withOutcome;
  const { exportedHtml, ...withCell } = withExport(withOutcome, page);
  const keptHtml = outputs.keepExport(exportedHtml);
  return keptHtml === undefined ? withCell : { ...withCell, exportedHtml: keptHtml };
}
