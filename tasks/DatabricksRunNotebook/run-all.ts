import { forEachBounded } from "../../shared/concurrency/bounded.ts";
import type { DatabricksWorkspace } from "../../shared/databricks/connection.ts";
import { duration } from "../../shared/databricks/progress.ts";
import {
  awaitNotebook,
  type NotebookOutcome,
  type NotebookRun,
  submitNotebook,
} from "../../shared/databricks/run-notebook.ts";
import { RequestError } from "../../shared/http/index.ts";
import type { TaskHost } from "../../shared/task/index.ts";
import { LiveRuns } from "./journal.ts";
import { type NotebookOutputs, shortened } from "./outputs.ts";

/** One notebook and how it went. It has no run where none could be submitted, or the step was cancelled before. */
export interface NotebookResult {
  name: string;
  state: "succeeded" | "failed" | "canceled";
  durationMs: number;
  reason?: string;
  runId?: number;
  url?: string;
  exitValue?: string;
  trace?: string;
}

const noExit =
  "it ended without calling dbutils.notebook.exit, so nothing shows that it came to its end; call it in the last cell, or set requireExit to false";
const longestLoggedTrace = 20_000;

interface Options {
  runs: readonly NotebookRun[];
  maxConcurrency: number;
  requireExit: boolean;
  outputs: NotebookOutputs;
}

/** Runs the notebooks, at most `maxConcurrency` at a time, and says of each how it went; one that fails does not keep others from running. */
export async function runAll(
  host: TaskHost,
  workspace: DatabricksWorkspace,
  options: Options,
): Promise<NotebookResult[]> {
  const live = new LiveRuns(host.journal);
  const results = new Map<string, NotebookResult>();
  await forEachBounded(options.runs, options.maxConcurrency, async (run) => {
    results.set(run.name, await runOne(host, workspace, { ...options, run, live }));
    const { size } = results;
    host.progress(
      Math.round((size / options.runs.length) * 100),
      `${size} of ${options.runs.length} notebooks`,
    );
  });
  return options.runs.map((run) => results.get(run.name)!);
}

async function runOne(
  host: TaskHost,
  workspace: DatabricksWorkspace,
  { run, live, requireExit, outputs }: Options & { run: NotebookRun; live: LiveRuns },
): Promise<NotebookResult> {
  const { log, signal } = host;
  const result: NotebookResult = { name: run.name, state: "canceled", durationMs: 0 };
  if (signal.aborted) return { ...result, reason: "this step was cancelled before its turn" };
  try {
    result.runId = await live.submit(() => submitNotebook(workspace, run));
    host.output("RunId", String(result.runId));
    const outcome = await awaitNotebook(workspace, {
      run,
      runId: result.runId,
      log,
      signal,
      onUrl: (url) => {
        result.url = url;
        host.output("RunUrl", url);
      },
      getOutput: (taskRunId) => outputs.read(run.name, taskRunId),
    });
    if (outcome.state !== "canceled") live.ended(result.runId);
    const judged = judge(outcome, requireExit);
    tell(host, run, judged);
    const { state, durationMs, reason, output } = judged;
    return { ...result, state, durationMs, reason, exitValue: output.exitValue, trace: output.trace };
  } catch (error) {
    if (!(error instanceof RequestError)) throw error;
    log.outside(`Notebook ${run.name}: ${error.message}`);
    return { ...result, state: "failed", reason: error.message.replace(/\.$/, "") };
  }
}

function judge(outcome: NotebookOutcome, requireExit: boolean): NotebookOutcome {
  const missing = outcome.state === "succeeded" && requireExit && !outcome.output.exited;
  return missing ? { ...outcome, state: "failed", reason: noExit } : outcome;
}

function tell(
  { log }: TaskHost,
  run: NotebookRun,
  { output, durationMs, state, reason, url }: NotebookOutcome,
): void {
  if (output.trace) log.outside(shortened(output.trace, longestLoggedTrace));
  log.outside(
    `Notebook ${run.name}: ${state} after ${duration(durationMs)}${reason ? `: ${reason}` : ""}, ${url}`,
  );
}
