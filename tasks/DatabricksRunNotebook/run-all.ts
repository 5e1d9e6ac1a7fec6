import { forEachBounded, oneAtATime } from "../../shared/concurrency/bounded.ts";
import type { DatabricksWorkspace } from "../../shared/databricks/connection.ts";
import type { RunOutput } from "../../shared/databricks/jobs.ts";
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

/** Runs the notebooks, at most `maxConcurrency` at a time, and says of each how it went; one that fails does not keep others from running. */
export async function runAll(
  host: TaskHost,
  workspace: DatabricksWorkspace,
  options: {
    runs: readonly NotebookRun[];
    maxConcurrency: number;
    requireExit: boolean;
    /** Takes a long exit value away to a file and answers what stays in memory. */
    keepExitValue: (name: string, value: string) => Promise<string>;
  },
): Promise<NotebookResult[]> {
  const live = new LiveRuns(host.journal);
  const results = new Map<string, NotebookResult>();
  const reading = oneAtATime(); // an output has up to 5 MB: more than one at a time in memory would be too many
  await forEachBounded(options.runs, options.maxConcurrency, async (run) => {
    results.set(run.name, await runOne(host, workspace, { ...options, run, live, reading }));
  });
  return options.runs.map((run) => results.get(run.name)!);
}

async function runOne(
  host: TaskHost,
  workspace: DatabricksWorkspace,
  options: {
    run: NotebookRun;
    live: LiveRuns;
    requireExit: boolean;
    reading: ReturnType<typeof oneAtATime>;
    keepExitValue: (name: string, value: string) => Promise<string>;
  },
): Promise<NotebookResult> {
  const { run, live, reading, requireExit, keepExitValue } = options;
  const { log, signal } = host;
  const never = { name: run.name, durationMs: 0 };
  if (signal.aborted)
    return { ...never, state: "canceled", reason: "this step was cancelled before its turn" };
  try {
    const runId = await submitNotebook(workspace, run);
    live.add(runId);
    host.output("RunId", String(runId));
    let exited = false;
    let exitValue: string | undefined;
    const getOutput = (run_id: number) =>
      reading(async () => {
        const { notebook_output, ...rest } = await workspace.runs.getOutput({ run_id });
        const value = notebook_output?.result;
        exited = typeof value === "string";
        if (typeof value === "string") {
          exitValue = await keepExitValue(run.name, value);
          log.outside(`Notebook ${run.name}: exit value: ${shortened(value, longestLogged)}`);
          if (notebook_output?.truncated)
            log.warning(`Notebook ${run.name}: Databricks cut its exit value to the first 5 MB.`);
        }
        return rest satisfies RunOutput;
      });
    const outcome = await awaitNotebook(workspace, {
      run,
      runId,
      log,
      signal,
      onUrl: (url) => host.output("RunUrl", url),
      getOutput,
    });
    if (outcome.state !== "canceled") live.ended(runId);
    const missing = outcome.state === "succeeded" && requireExit && !exited;
    const judged: NotebookOutcome = missing ? { ...outcome, state: "failed", reason: noExit } : outcome;
    tell(host, run, judged);
    return {
      name: run.name,
      state: judged.state,
      durationMs: judged.durationMs,
      reason: judged.reason,
      runId,
      url: judged.url,
      exitValue,
      trace: judged.output.error_trace && plainTrace(judged.output.error_trace),
    };
  } catch (error) {
    if (!(error instanceof RequestError)) throw error;
    log.outside(`Notebook ${run.name}: ${error.message}`);
    return { ...never, state: "failed", reason: error.message.replace(/\.$/, "") };
  }
}

const longestLogged = 2_000;
const longestTrace = 64 * 1024;

function tell({ log }: TaskHost, run: NotebookRun, outcome: NotebookOutcome): void {
  const trace = outcome.output.error_trace;
  if (trace) log.outside(shortened(plainTrace(trace), longestLogged * 10));
  const after = `after ${duration(outcome.durationMs)}`;
  log.outside(
    `Notebook ${run.name}: ${outcome.state} ${after}${outcome.reason ? `: ${outcome.reason}` : ""}, ${outcome.url}`,
  );
}

/** Without Spark's and IPython's colours. */
function plainTrace(trace: string): string {
  return shortened(trace, longestTrace).replace(/\u001b\[[0-9;]*m/g, "");
}

function shortened(text: string, most: number): string {
  return text.length > most ? `${text.slice(0, most)}… (${text.length - most} characters more)` : text;
}
