import { mapBounded } from "../../concurrency/bounded.ts";
import { RequestError } from "../../http/errors.ts";
import { withExport } from "../../results/notebook-export.ts";
import type { NotebookResult } from "../../results/notebook-result.ts";
import type { TaskHost } from "../../task/host.ts";
import { duration } from "../../task/state-log.ts";
import type { DatabricksClient } from "../connection.ts";
import { awaitNotebook, type PlannedRun, type RunOutcome, submitNotebook } from "./await-run.ts";
import type { LiveRuns } from "./live-runs.ts";
import { type NotebookOutputs, type ReadOutput, shortened } from "./outputs.ts";
import { judgeTests } from "./reported-tests.ts";

/** One notebook and how it went. It has no run where none could be submitted, or the step was cancelled before. */
export interface FinishedRun {
  state: "succeeded" | "failed" | "canceled";
  runId?: number;
  result: NotebookResult;
}

const noExit =
  "it ended without calling dbutils.notebook.exit, so nothing shows that it came to its end; call it in the last cell, or set requireExit to false";
const longestLoggedTrace = 20_000;

interface Options {
  runs: readonly PlannedRun[];
  maxConcurrency: number;
  requireExit: boolean;
  allowSkipped: boolean;
  outputs: NotebookOutputs;
  /** Learns of each run. */
  live: LiveRuns;
}

/** Runs the notebooks, at most `maxConcurrency` at a time, and says of each how it went; one that fails does not keep others from running. */
export async function runAll(
  host: TaskHost,
  databricks: DatabricksClient,
  options: Options,
): Promise<FinishedRun[]> {
  const ran = new Map<string, FinishedRun>();
  await mapBounded(options.runs, options.maxConcurrency, async (run) => {
    ran.set(run.name, await runOne(host, databricks, { ...options, run }));
    const { size } = ran;
    host.progress(
      Math.round((size / options.runs.length) * 100),
      `${size} of ${options.runs.length} notebooks`,
    );
  });
  return options.runs.map((run) => ran.get(run.name)!);
}

async function runOne(
  host: TaskHost,
  databricks: DatabricksClient,
  { run, live, requireExit, allowSkipped, outputs }: Options & { run: PlannedRun },
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
    return { state: "canceled", result: { ...result, message: "this step was cancelled before its turn" } };
  let runId: number | undefined;
  try {
    runId = await live.submit((onDoubt) => submitNotebook(databricks, run, onDoubt));
    host.output("RunId", String(runId));
    let outputRunId = runId;
    const outcome = await awaitNotebook(databricks, {
      run,
      runId,
      log,
      signal,
      onUrl: (url) => {
        result.url = url;
        host.output("RunUrl", url);
      },
      getOutput: (taskRunId) => {
        outputRunId = taskRunId;
        return outputs.read(name, taskRunId);
      },
    });
    if (outcome.state !== "canceled" && !outcome.isAlive) live.ended(runId);
    const judged = judge(outcome, { requireExit, allowSkipped });
    tell(host, run, judged);
    const page = outcome.state === "canceled" ? undefined : await outputs.export(name, outputRunId);
    return { state: judged.state, runId, result: explained(result, judged, page, outputs) };
  } catch (error) {
    if (!(error instanceof RequestError)) throw error;
    log.outside(`Notebook ${name}: ${error.message}`);
    const message = error.message.replace(/\.$/, "");
    return { state: "failed", runId, result: { ...result, outcome: "failed", message } };
  }
}

/** A success without the sign of one, or with tests that failed, is none. */
function judge(
  outcome: RunOutcome<ReadOutput>,
  { requireExit, allowSkipped }: Pick<Options, "requireExit" | "allowSkipped">,
): RunOutcome<ReadOutput> {
  if (outcome.state !== "succeeded") return outcome;
  if (requireExit && !outcome.output?.exited) return { ...outcome, state: "failed", reason: noExit };
  if (!outcome.output) return outcome;
  const { failed, reason } = judgeTests(outcome.output.reading, allowSkipped);
  return { ...outcome, ...(failed ? { state: "failed" } : {}), ...(reason ? { reason } : {}) };
}

function tell(
  { log }: TaskHost,
  run: PlannedRun,
  { output, durationMs, state, reason, url }: RunOutcome<ReadOutput>,
): void {
  if (output?.trace) log.outside(shortened(output.trace, longestLoggedTrace));
  log.outside(
    `Notebook ${run.name}: ${state} after ${duration(durationMs)}${reason ? `: ${reason}` : ""}, ${url}`,
  );
}

/** The result with all that is known of the run: its cell that failed stands in the exported page alone. */
function explained(
  result: NotebookResult,
  { state, durationMs, execution, reason, output, url }: RunOutcome<ReadOutput>,
  page: string | undefined,
  outputs: NotebookOutputs,
): NotebookResult {
  const { file } = result;
  const cases = output?.reading.kind === "cases" ? output.reading.cases : [];
  const known: NotebookResult = {
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
  if (page === undefined) return known;
  const { exportedHtml, ...withCell } = withExport(known, page);
  const kept = outputs.keepExport(exportedHtml);
  return kept === undefined ? withCell : { ...withCell, exportedHtml: kept };
}
