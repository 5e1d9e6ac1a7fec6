import { withExport } from "../../results/notebook-export.ts";
import type { NotebookResult } from "../../results/notebook-result.ts";
import { judgeTests } from "../../results/tests-verdict.ts";
import type { TaskHost } from "../../task/host.ts";
import { duration } from "../../text/duration.ts";
import { shortened } from "../../text/shortened.ts";
import type { RunOutcome } from "./run-outcome.ts";

const maxLoggedTrace = 20_000;

/** When a run that its platform calls a success passes. */
export interface PassRules {
  requireExit: boolean;
  allowSkipped: boolean;
}

/**
 * Turns a success into a failure if the notebook returned no exit value, or reported tests that did not pass.
 * @param exitCall what a notebook calls to return one, such as `dbutils.notebook.exit`
 */
export function judge(
  outcome: RunOutcome,
  { requireExit, allowSkipped }: PassRules,
  exitCall: string,
): RunOutcome {
  if (outcome.state !== "succeeded") return outcome;
  if (requireExit && !outcome.output?.exited)
    return { ...outcome, state: "failed", reason: noExitReason(exitCall) };
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
  keepExport: (page: string | undefined) => string | undefined,
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
  const keptHtml = keepExport(exportedHtml);
  return keptHtml === undefined ? withCell : { ...withCell, exportedHtml: keptHtml };
}

function noExitReason(exitCall: string): string {
  return `it ended without a call of ${exitCall}, so nothing shows that it ran to its end; call it in the last cell, or set requireExit to false`;
}
