import { mapBounded } from "../../concurrency/bounded.ts";
import { RequestError } from "../../http/errors.ts";
import type { FinishedRun } from "../../results/finished-run.ts";
import { withExport } from "../../results/notebook-export.ts";
import type { NotebookResult } from "../../results/notebook-result.ts";
import { judgeTests } from "../../results/tests-verdict.ts";
import type { TaskHost } from "../../task/host.ts";
import { duration } from "../../text/duration.ts";
import type { DatabricksClient } from "../connection.ts";
import { awaitRun } from "./await-run.ts";
import type { LiveRuns } from "./live-runs.ts";
import { type NotebookOutputs, shortened } from "./outputs.ts";
import { type RunOutcome, runOutcome } from "./run-outcome.ts";
import { type PlannedRun, submitRun } from "./submit-run.ts";

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
}

/** Runs notebooks, at most `maxConcurrency` at a time, and logs how each one ended. All of them run, even if one fails. */
export async function runNotebooks(
  host: TaskHost,
  databricks: DatabricksClient,
  options: Options,
): Promise<FinishedRun[]> {
  const finished = new Map<PlannedRun, FinishedRun>();
  await mapBounded(options.runs, options.maxConcurrency, async (run) => {
    finished.set(run, await runNotebook(host, databricks, { ...options, run }));
    const { size } = finished;
    host.progress(
      Math.round((size / options.runs.length) * 100),
      `${size} of ${options.runs.length} notebooks`,
    );
  });
  return options.runs.map((run) => finished.get(run)!);
}

async function runNotebook(
  host: TaskHost,
  databricks: DatabricksClient,
  { run, live, outputs, ...rules }: Options & { run: PlannedRun },
): Promise<FinishedRun> {
  const { log, signal } = host;
  const { name, file } = run;
  const result: NotebookResult = {
    name,
    ...(file ? { file } : {}),
    outcome: "skipped",
    startedOn: new Date(),
    durationSeconds: 0,
    cases: [],
  };
  if (signal.aborted)
    return { state: "canceled", result: { ...result, message: "this step was cancelled before it ran" } };
  let runId: number | undefined;
  try {
    runId = await live.submit((onDoubt) => submitRun(databricks, run, onDoubt));
    host.output("RunId", String(runId));
    const end = await awaitRun(databricks, {
      runId,
      subject: `Notebook ${name}`,
      timeoutMs: run.timeoutMs,
      log,
      signal,
      onUrl: (url) => {
        result.url = url;
        host.output("RunUrl", url);
      },
    });
    let outputRunId = runId;
    const outcome = await runOutcome(databricks, end, run, (taskRunId) => {
      outputRunId = taskRunId;
      return outputs.read(name, taskRunId);
    });
    if (outcome.state !== "canceled" && !outcome.isAlive) live.ended(runId);
    const judged = judge(outcome, rules);
    logOutcome(host, name, judged);
    const page = outcome.state === "canceled" ? undefined : await outputs.export(name, outputRunId);
    return {
      state: judged.state,
      runId: String(runId),
      result: completedResult(result, judged, page, outputs),
    };
  } catch (error) {
    if (!(error instanceof RequestError)) throw error;
    log.outside(`Notebook ${name}: ${error.message}`);
    const message = error.message.replace(/\.$/, "");
    return {
      state: "failed",
      ...(runId === undefined ? {} : { runId: String(runId) }),
      result: { ...result, outcome: "failed", message },
    };
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

function logOutcome(
  { log }: TaskHost,
  name: string,
  { output, durationMs, state, reason, url }: RunOutcome,
): void {
  if (output?.trace) log.outside(shortened(output.trace, maxLoggedTrace));
  log.outside(
    `Notebook ${name}: ${state} after ${duration(durationMs / 1000)}${reason ? `: ${reason}` : ""}, ${url}`,
  );
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
