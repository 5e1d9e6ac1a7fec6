import { mapBounded } from "../../concurrency/bounded.ts";
import { RequestError } from "../../http/errors.ts";
import type { FinishedRun } from "../../results/finished-run.ts";
import { withExport } from "../../results/notebook-export.ts";
import type { NotebookResult } from "../../results/notebook-result.ts";
import type { FailedAttempt } from "../../results/test-case.ts";
import { judgeTests } from "../../results/tests-verdict.ts";
import type { TaskHost } from "../../task/host.ts";
import { duration } from "../../text/duration.ts";
import type { DatabricksClient } from "../connection.ts";
import { awaitRun } from "./await-run.ts";
import type { LiveRuns } from "./live-runs.ts";
import { type NotebookOutputs, shortened } from "./outputs.ts";
import { type RunOutcome, runOutcome } from "./run-outcome.ts";
import { type PlannedRun, type RunAttempt, startRun, subjectOf } from "./submit-run.ts";

const noExitReason =
  "it ended without a call of dbutils.notebook.exit, so nothing shows that it ran to its end; call it in the last cell, or set requireExit to false";
const maxLoggedTrace = 20_000;

/** When a run that Databricks calls a success passes. */
interface PassRules {
  requireExit: boolean;
  allowSkipped: boolean;
}

interface Options extends PassRules {
  runs: readonly PlannedRun[];
  maxConcurrency: number;
  outputs: NotebookOutputs;
  live: LiveRuns;
  /** Called with the id of each run that was submitted. */
  onRun?: (runId: string) => void;
  /** Called with the address of each run's page, and again if Databricks returns another address. */
  onUrl?: (url: string) => void;
}

/** Runs notebooks, at most `maxConcurrency` at a time, and logs how each one ended. All of them run, even if one fails. */
export async function runNotebooks(
  host: TaskHost,
  databricks: DatabricksClient,
  options: Options,
): Promise<FinishedRun[]> {
  const finished = new Map<PlannedRun, FinishedRun>();
  await mapBounded(options.runs, options.maxConcurrency, async (run) => {
    finished.set(run, await runWithRetries(host, databricks, { ...options, run }));
    const { size } = finished;
    const total = options.runs.length;
    host.progress(Math.round((size / total) * 100), `${size} of ${total} ${run.kind}s`);
  });
  return options.runs.map((run) => finished.get(run)!);
}

/** The end of one attempt. `isFinal` if another attempt would be wrong: it did not fail, or its run may still be alive. */
interface AttemptEnd {
  finished: FinishedRun;
  isFinal: boolean;
}

async function runWithRetries(
  host: TaskHost,
  databricks: DatabricksClient,
  { run, ...options }: Options & { run: PlannedRun },
): Promise<FinishedRun> {
  const { idempotencyTokens, ...each } = run;
  const failed: FailedAttempt[] = [];
  for (const [index, idempotencyToken] of idempotencyTokens.entries()) {
    const attempt = { ...each, idempotencyToken };
    const { finished, isFinal } = await runAttempt(host, databricks, {
      ...options,
      run: attempt,
      remarks: (state) => remarks(run, { state, index }),
    });
    const { result } = finished;
    if (isFinal || index === idempotencyTokens.length - 1 || host.signal.aborted)
      return failed.length > 0 ? { ...finished, result: { ...result, failedAttempts: failed } } : finished;
    const { message = "it failed", trace } = result;
    failed.push({ message, ...(trace === undefined ? {} : { trace }) });
    host.log.outside(`${subjectOf(run)}: running it again after its failure.`);
  }
  throw new Error(`Could not run ${run.name}: it has no attempts.`);
}

/** What the line about the end of an attempt says after the state: nothing if the first attempt succeeded, or is the only one. */
function remarks(
  { idempotencyTokens, marks }: PlannedRun,
  { state, index }: { state: FinishedRun["state"]; index: number },
): string {
  const attempts = idempotencyTokens.length;
  const isFirstSuccess = state === "succeeded" && index === 0;
  const isFlaky = state === "succeeded" && index > 0;
  return [
    attempts > 1 && !isFirstSuccess ? ` on attempt ${index + 1} of ${attempts}` : "",
    isFlaky ? " (flaky)" : "",
    marks?.quarantined ? " (quarantined, does not count)" : "",
  ].join("");
}

async function runAttempt(
  host: TaskHost,
  databricks: DatabricksClient,
  {
    run,
    remarks,
    live,
    outputs,
    onRun,
    onUrl,
    ...rules
  }: Options & { run: RunAttempt; remarks: (state: FinishedRun["state"]) => string },
): Promise<AttemptEnd> {
  const { log, signal } = host;
  const { name, file, marks } = run;
  const subject = subjectOf(run);
  const result: NotebookResult = {
    name,
    ...(file ? { file } : {}),
    ...(marks ? { marks } : {}),
    outcome: "skipped",
    startedOn: new Date(),
    durationSeconds: 0,
    cases: [],
  };
  if (signal.aborted) {
    const message = "this step was cancelled before it ran";
    return { finished: { state: "canceled", result: { ...result, message } }, isFinal: true };
  }
  let runId: number | undefined;
  try {
    runId = await startRun(databricks, run, live);
    onRun?.(String(runId));
    const end = await awaitRun(databricks, {
      runId,
      subject,
      timeoutMs: run.timeoutMs,
      log,
      signal,
      onUrl: (url) => {
        result.url = url;
        onUrl?.(url);
      },
    });
    let outputRunId = runId;
    const outcome = await runOutcome(databricks, end, run, (taskRunId) => {
      outputRunId = taskRunId;
      return outputs.read(name, taskRunId);
    });
    if (outcome.state !== "canceled" && !outcome.isAlive) live.ended(runId);
    const judged = judge(outcome, rules);
    logOutcome(host, `${subject}: ${judged.state}${remarks(judged.state)}`, judged);
    const page = outcome.state === "canceled" ? undefined : await outputs.export(name, outputRunId);
    return {
      finished: {
        state: judged.state,
        runId: String(runId),
        result: completedResult(result, judged, page, outputs),
      },
      isFinal: judged.state !== "failed" || judged.isAlive === true || judged.wasCanceled === true,
    };
  } catch (error) {
    if (!(error instanceof RequestError)) throw error;
    log.outside(`${subject}: ${error.message}`);
    const message = error.message.replace(/\.$/, "");
    const finished: FinishedRun = {
      state: "failed",
      ...(runId === undefined ? {} : { runId: String(runId) }),
      result: { ...result, outcome: "failed", message },
    };
    // The run may be alive if it was submitted, or if the answer to its submission was not clear.
    return { finished, isFinal: runId !== undefined || error.ambiguous };
  }
}

/** Turns a success into a failure if the notebook did not call dbutils.notebook.exit, or reported tests that did not pass. */
function judge(outcome: RunOutcome, { requireExit, allowSkipped }: PassRules): RunOutcome {
  if (outcome.state !== "succeeded") return outcome;
  if (requireExit && !outcome.output?.exited) return { ...outcome, state: "failed", reason: noExitReason };
  if (!outcome.output) return outcome;
  const { failed, reason } = judgeTests(outcome.output.reading, allowSkipped);
  return { ...outcome, ...(failed ? { state: "failed" } : {}), ...(reason ? { reason } : {}) };
}

/** @param what such as `Notebook etl: succeeded` */
function logOutcome({ log }: TaskHost, what: string, { output, durationMs, reason, url }: RunOutcome): void {
  if (output?.trace) log.outside(shortened(output.trace, maxLoggedTrace));
  log.outside(`${what} after ${duration(durationMs / 1000)}${reason ? `: ${reason}` : ""}, ${url}`);
}

/** Adds to a result what is known after the run. Only the exported page shows which cell failed. */
function completedResult(
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
