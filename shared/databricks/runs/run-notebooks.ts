import { mapBounded } from "../../concurrency/bounded.ts";
import { subjectOf } from "../../reporting/runs/run-kind.ts";
import type { FinishedRun } from "../../results/finished-run.ts";
import type { FailedAttempt } from "../../results/test-case.ts";
import type { TaskHost } from "../../task/host.ts";
import type { DatabricksClient } from "../connection.ts";
import { type AttemptOptions, runAttempt } from "./run-attempt.ts";
import type { PlannedRun } from "./submit-run.ts";

interface Options extends AttemptOptions {
  runs: readonly PlannedRun[];
  maxConcurrency: number;
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
