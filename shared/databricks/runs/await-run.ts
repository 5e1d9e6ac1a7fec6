import { RequestError } from "../../http/errors.ts";
import { poll } from "../../http/poll.ts";
import type { Log } from "../../task/host.ts";
import { duration, StateLog } from "../../task/state-log.ts";
import type { ClusterSpec } from "../api/clusters.ts";
import type { Run, SubmitRunRequest } from "../api/runs.ts";
import { clusterDeath } from "../clusters/cluster-death.ts";
import type { DatabricksClient } from "../connection.ts";
import { cancelRuns } from "./cancel-runs.ts";
import { type RunPhase, runPhase, wholeRunPhase } from "./run-state.ts";

export type Compute =
  | { kind: "cluster"; clusterId: string }
  | { kind: "jobCluster"; spec: ClusterSpec }
  | { kind: "serverless" };

export interface PlannedRun {
  /** How the log calls it. */
  name: string;
  /** In the workspace. */
  notebookPath: string;
  /** Shown in the workspace, and what a run is found by. */
  runName: string;
  /** At most 64 characters, of this run alone. */
  token: string;
  parameters: Record<string, string>;
  compute: Compute;
  timeoutMs: number;
}

/** What a run left, with nothing long in it. */
export interface NotebookOutput {
  /** dbutils.notebook.exit was called. */
  exited: boolean;
  /** Its value, or the beginning of a long one. */
  exitValue?: string;
  error?: string;
  trace?: string;
}

export interface RunOutcome<Output extends NotebookOutput = NotebookOutput> {
  state: "succeeded" | "failed" | "canceled";
  runId: number;
  url: string;
  /** From the submission to the end that was seen. */
  durationMs: number;
  /** When its cells began and how long they took, on the platform's clock; absent where it says nothing of that. */
  execution?: { startedOn: Date; durationMs: number };
  /** Why it did not succeed: the end of a sentence, with text from outside in it. */
  reason?: string;
  /** Absent where the run left none. */
  output?: Output;
  /** It was cancelled, but has not come to its end. */
  isAlive?: boolean;
}

/** The platform's own limit comes first; ours is for a platform that does not keep it. */
const graceMs = 60_000;
const cancelWithinMs = 30_000;
/**
 * How many answers in a row may say both that the run has ended and that it goes on, before the waiting ends without success. One form may
 * be written a moment after the other; but a contradiction that stays would be waited for until the time-out, which may be a week.
 */
const mostContradictions = 10;

/**
 * Submits a run. The same token answers with the same run, so a lost answer costs nothing.
 * @param onDoubt called for each attempt that may have made the run without saying so
 */
export async function submitNotebook(
  databricks: DatabricksClient,
  run: PlannedRun,
  onDoubt: () => void,
): Promise<number> {
  const { compute } = run;
  const request: SubmitRunRequest = {
    run_name: run.runName,
    idempotency_token: run.token,
    timeout_seconds: Math.ceil(run.timeoutMs / 1000),
    tasks: [
      {
        task_key: "notebook",
        notebook_task: {
          notebook_path: run.notebookPath,
          source: "WORKSPACE",
          base_parameters: run.parameters,
        },
        ...(compute.kind === "cluster" ? { existing_cluster_id: compute.clusterId } : {}),
        ...(compute.kind === "jobCluster" ? { new_cluster: compute.spec } : {}),
      },
    ],
  };
  return (await databricks.runs.submit(request, onDoubt)).run_id;
}

/** Waits for a run's end and says how it ended. `getOutput` is the caller's way to read a run's output, which may be large. */
export async function awaitNotebook<Output extends NotebookOutput>(
  databricks: DatabricksClient,
  request: {
    run: PlannedRun;
    runId: number;
    log: Log;
    signal: AbortSignal;
    onUrl: (url: string) => void;
    getOutput: (taskRunId: number) => Promise<Output>;
  },
): Promise<RunOutcome<Output>> {
  const { run, runId, log, signal } = request;
  const states = new StateLog(log, `Notebook ${run.name}`);
  let url = `${databricks.url}/jobs/runs/${runId}`;
  const link = (current: Run) => {
    if (!current.run_page_url || current.run_page_url === url) return;
    url = current.run_page_url;
    request.onUrl(url);
  };
  request.onUrl(url);
  let contradictions = 0;
  const waiting = await poll({
    check: async () => {
      const current = await databricks.runs.get({ run_id: runId });
      link(current);
      contradictions = runPhase(current).contradiction === undefined ? 0 : contradictions + 1;
      return current;
    },
    done: (current) => runPhase(current).ended || contradictions >= mostContradictions,
    onTick: (current, elapsedMs) => {
      const { name, message } = runPhase(current);
      states.show({ state: name, message, url, elapsedMs });
    },
    timeoutMs: run.timeoutMs + graceMs,
    signal,
  });
  const outcome = { runId, durationMs: waiting.elapsedMs };
  if (waiting.state === "aborted")
    return { ...outcome, url, state: "canceled", reason: "this step was cancelled" };
  if (waiting.state === "timedOut") {
    const alive = await cancelRuns(databricks, { runIds: [runId], timeoutMs: cancelWithinMs });
    return { ...outcome, url, state: "failed", reason: timedOut(run), isAlive: alive.length > 0 };
  }
  const { contradiction } = runPhase(waiting.value);
  if (contradiction !== undefined) {
    await cancelRuns(databricks, { runIds: [runId], timeoutMs: cancelWithinMs });
    return { ...outcome, url, state: "failed", reason: contradictory(contradiction) };
  }
  const execution = executionOf(waiting.value);
  return { ...outcome, url, ...execution, ...(await ending(databricks, request, waiting.value)) };
}

function executionOf(ended: Run): Pick<RunOutcome, "execution"> {
  const {
    start_time = 0,
    end_time = 0,
    setup_duration = 0,
    execution_duration = 0,
  } = ended.tasks?.[0] ?? ended;
  if (start_time === 0) return {};
  const startedMs = start_time + setup_duration;
  const durationMs = execution_duration || Math.max(0, end_time - startedMs);
  return { execution: { startedOn: new Date(startedMs), durationMs } };
}

async function ending<Output extends NotebookOutput>(
  databricks: DatabricksClient,
  { run, getOutput }: { run: PlannedRun; getOutput: (taskRunId: number) => Promise<Output> },
  ended: Run,
): Promise<Pick<RunOutcome<Output>, "state" | "reason" | "output">> {
  const phase = wholeRunPhase(ended);
  const taskRunId = ended.tasks?.[0]?.run_id ?? ended.run_id;
  if (phase.succeeded) return { state: "succeeded", output: await getOutput(taskRunId) };
  if (phase.timedOut) return { state: "failed", reason: timedOut(run) };
  const output = await getOutput(taskRunId).catch((error: unknown) => {
    if (error instanceof RequestError) return undefined; // a run that never began has none
    throw error;
  });
  const clusterId =
    run.compute.kind === "cluster" ? run.compute.clusterId : ended.tasks?.[0]?.cluster_instance?.cluster_id;
  const death = clusterId === undefined ? undefined : await clusterDeath(databricks, clusterId);
  return { state: "failed", reason: whyFailed(phase, output, death), output };
}

function whyFailed(phase: RunPhase, output: NotebookOutput | undefined, death: string | undefined): string {
  const said = output?.error ?? phase.message;
  if (death) return `${death}${said ? `; the run says: ${oneLine(said)}` : ""}`;
  if (phase.canceled)
    return `it was cancelled in the workspace, not by this pipeline${said ? ` (${oneLine(said)})` : ""}`;
  return said
    ? `${oneLine(said)}${phase.name === "FAILED" ? "" : ` (${phase.name})`}`
    : `it ended as ${phase.name}`;
}

function timedOut(run: PlannedRun): string {
  return `it took longer than ${duration(run.timeoutMs)} and was cancelled; raise timeoutMinutes if it needs more`;
}

function contradictory(contradiction: string): string {
  return `Databricks says both that it has ended and that it goes on (${contradiction}), so it was cancelled; look at the run, and run the step again`;
}

const longestReason = 600;

function oneLine(text: string): string {
  const line = text
    .replace(/\u001b\[[0-9;]*m/g, "")
    .replace(/\s+/g, " ")
    .trim()
    .replace(/[.;]+$/, "");
  return line.length > longestReason ? `${line.slice(0, longestReason)}…` : line;
}
