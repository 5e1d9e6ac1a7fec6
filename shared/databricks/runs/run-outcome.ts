import { RequestError } from "../../http/errors.ts";
import type { NotebookOutput, RunOutcome } from "../../reporting/runs/run-outcome.ts";
import type { ExitValueReading } from "../../results/exit-value.ts";
import { clause } from "../../text/could-not.ts";
import { oneLine } from "../../text/plain-text.ts";
import type { Run, RunTask } from "../api/runs.ts";
import { whyClusterEnded } from "../clusters/cluster-end.ts";
import type { DatabricksClient } from "../connection.ts";
import { type RunEnd, timeoutReason } from "./await-run.ts";
import { lastAttempts, type RunPhase, runPhase, wholeRunPhase } from "./run-state.ts";
import type { PlannedRun } from "./submit-run.ts";

const maxReason = 600;

/**
 * Finds out how a run ended, and why if it did not succeed.
 * @param readOutput reads the output of a task's run, which may be large
 */
export async function runOutcome(
  databricks: DatabricksClient,
  end: RunEnd,
  planned: Pick<PlannedRun, "work" | "timeoutMs" | "limitedBy">,
  readOutput: (taskRunId: number) => Promise<NotebookOutput>,
): Promise<RunOutcome> {
  if (end.state !== "ended") return end;
  const { url, durationMs, run } = end;
  return { url, durationMs, ...executionOf(run), ...(await resultOf(databricks, run, planned, readOutput)) };
}

function executionOf(run: Run): Pick<RunOutcome, "execution"> {
  const { start_time = 0, end_time = 0, setup_duration = 0, execution_duration = 0 } = onlyTask(run) ?? run;
  if (start_time === 0) return {};
  const startedMs = start_time + setup_duration;
  const durationMs = execution_duration || Math.max(0, end_time - startedMs);
  return { execution: { startedOn: new Date(startedMs), durationMs } };
}

/** The last attempt of the task; undefined if the run, which is then one of a job, has several. */
function onlyTask(run: Run): RunTask | undefined {
  const tasks = lastAttempts(run);
  return tasks.length === 1 ? tasks[0] : undefined;
}

async function resultOf(
  databricks: DatabricksClient,
  run: Run,
  { work, ...limit }: Pick<PlannedRun, "work" | "timeoutMs" | "limitedBy">,
  readOutput: (taskRunId: number) => Promise<NotebookOutput>,
): Promise<Pick<RunOutcome, "state" | "reason" | "output" | "wasCanceled">> {
  const phase = wholeRunPhase(run);
  const tasks = lastAttempts(run);
  if (phase.succeeded)
    return {
      state: "succeeded",
      output:
        work.kind === "job"
          ? await readOutputs(tasks, readOutput)
          : await readOutput(tasks[0]?.run_id ?? run.run_id),
    };
  // In a job, tasks may have succeeded before the one that failed, and others may have been skipped after it.
  const failed = tasks.filter((each) => !runPhase(each).succeeded);
  const task = failed.find((each) => runPhase(each).name === "FAILED") ?? failed[0] ?? tasks[0];
  const taskRunId = task?.run_id ?? run.run_id;
  if (phase.timedOut) return { state: "failed", reason: timeoutReason(limit) };
  const output = await readOutput(taskRunId).catch((error: unknown) => {
    if (error instanceof RequestError) return undefined; // a run that did not start has no output
    throw error;
  });
  const clusterId =
    work.kind === "notebook" && work.compute.kind === "cluster"
      ? work.compute.clusterId
      : task?.cluster_instance?.cluster_id;
  const clusterEnd = clusterId === undefined ? undefined : await whyClusterEnded(databricks, clusterId);
  return {
    state: "failed",
    reason: whyFailed(phase, output, clusterEnd),
    output,
    wasCanceled: phase.canceled,
  };
}

/** The outputs of all notebooks of a job as one, so that no test is ignored which one of them reports. Other tasks have no exit value. */
async function readOutputs(
  tasks: readonly RunTask[],
  readOutput: (taskRunId: number) => Promise<NotebookOutput>,
): Promise<NotebookOutput> {
  const outputs: NotebookOutput[] = [];
  for (const { run_id, notebook_task } of tasks)
    if (notebook_task !== undefined) outputs.push(await readOutput(run_id));
  const [first] = outputs;
  return first !== undefined && outputs.length === 1 ? first : joinOutputs(outputs);
}

function joinOutputs(outputs: readonly NotebookOutput[]): NotebookOutput {
  const readings = outputs.map(({ reading }) => reading);
  const isEmpty = (reading: ExitValueReading) => reading.kind === "cases" && reading.cases.length === 0;
  const bad = readings.find((reading) => reading.kind === "unreadable" || isEmpty(reading));
  const cases = readings.flatMap((reading) => (reading.kind === "cases" ? reading.cases : []));
  return {
    exited: outputs.every(({ exited }) => exited),
    reading: bad ?? (cases.length > 0 ? { kind: "cases", cases } : { kind: "none" }),
  };
}

function whyFailed(
  phase: RunPhase,
  output: NotebookOutput | undefined,
  clusterEnd: string | undefined,
): string {
  const message = clause(oneLine(output?.error ?? phase.message ?? "", maxReason));
  if (clusterEnd) return `${clusterEnd}${message && `; the run's message is: ${message}`}`;
  if (phase.canceled)
    return `it was cancelled in the workspace, not by this pipeline${message && ` (${message})`}`;
  if (message === "") return `it ended as ${phase.name}`;
  return phase.name === "FAILED" ? message : `${message} (${phase.name})`;
}
