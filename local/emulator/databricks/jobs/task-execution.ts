import { statSync } from "node:fs";
import type { DriverHost } from "../../../driver/driver-host.ts";
import type { ExecutionResult } from "../../../driver/execution-result.ts";
import type { LocalWorkspace } from "../../local-workspace.ts";
import { type Cluster, isAlive, isUp } from "../clusters/cluster.ts";
import type { ClusterSettings } from "../clusters/cluster-settings.ts";
import type { Clusters } from "../clusters/clusters.ts";
import type { FileStorage } from "../files/storage.ts";
import type { Libraries } from "../libraries.ts";
import { type WorkspaceObjects, workspacePath } from "../workspace/objects.ts";
import { UnresolvedReference } from "./dynamic-values.ts";
import { LogTail } from "./log-tail.ts";
import { internalError, type Outcome, success } from "./outcome.ts";
import type { Run, TaskRun } from "./run.ts";
import { factsOfRun } from "./run-facts.ts";
import { parametersOf } from "./task-parameters.ts";
import type { TaskProgram } from "./task-program.ts";

/** What the execution of a task uses. */
export interface ExecutionParts {
  workspace: LocalWorkspace;
  clusters: Clusters;
  libraries: Libraries;
  objects: WorkspaceObjects;
  files: FileStorage;
  host: DriverHost;
  /** The address of the workspace, for references to it in parameters. */
  url: string;
}

/** Clusters that the tasks of one run share. */
export type SharedClusters = Map<string, Cluster>;

/**
 * Runs a task, from the wait for its cluster to its end, and resolves with the outcome. If `task.abort` is aborted (cancelled, timed
 * out), the outcome is its reason, whatever the notebook does.
 */
export async function executeTask(
  parts: ExecutionParts,
  run: Run,
  task: TaskRun,
  shared: SharedClusters,
): Promise<Outcome> {
  const scripted = parts.workspace.faults.ofOperation("run.start", run.settings.name);
  if (scripted?.never) return untilAborted(task.abort.signal);
  if (scripted?.fail) {
    const { message, life_cycle_state, result_state } = scripted.fail;
    return {
      ...internalError("RUN_EXECUTION_ERROR", "CLIENT_ERROR", message),
      lifeCycleState: (life_cycle_state ?? "INTERNAL_ERROR") as Outcome["lifeCycleState"],
      resultState: (result_state ?? "FAILED") as Outcome["resultState"],
    };
  }
  try {
    task.parameters = parametersOf(run, task, parts.url);
  } catch (error) {
    if (!(error instanceof UnresolvedReference)) throw error;
    return internalError("INVALID_RUN_CONFIGURATION", "CLIENT_ERROR", error.message);
  }
  const cluster = takeCluster(parts, run, task, shared);
  try {
    if (cluster) {
      const problem = await untilReady(parts.clusters, cluster, task.abort.signal);
      if (problem) return problem;
      task.sparkContextId = cluster.sparkContextId;
    }
    return await executeProgram(parts, run, task, cluster);
  } finally {
    if (cluster) parts.clusters.lifecycle.touch(cluster);
    if (cluster && task.settings.compute.kind === "new") release(parts.clusters, cluster);
  }
}

/** Resolves when the task is ended from outside. */
function untilAborted(signal: AbortSignal): Promise<Outcome> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve(signal.reason as Outcome);
    signal.addEventListener("abort", () => resolve(signal.reason as Outcome), { once: true });
  });
}

/** Ends a job cluster after its run. */
export function release(clusters: Clusters, cluster: Cluster): void {
  if (isAlive(cluster) && cluster.state !== "TERMINATING") {
    clusters.lifecycle.end(cluster, { code: "JOB_FINISHED", type: "SUCCESS" });
  }
}

function takeCluster(
  { clusters, libraries }: ExecutionParts,
  run: Run,
  task: TaskRun,
  shared: SharedClusters,
): Cluster | undefined {
  const { compute } = task.settings;
  const create = (settings: ClusterSettings, name: string) =>
    clusters.create({ ...settings, name }, run.creator, "JOB");
  let cluster: Cluster | undefined;
  if (compute.kind === "existing") {
    cluster = clusters.find(compute.clusterId);
    // A run starts a terminated cluster: https://docs.databricks.com/api/azure/workspace/jobs/submit
    if (cluster?.state === "TERMINATED") clusters.start(cluster, run.creator);
  } else if (compute.kind === "new") {
    cluster = create(compute.settings, `job-${run.jobId}-run-${run.runId}-${task.settings.taskKey}`);
  } else if (compute.kind === "shared") {
    const settings = run.settings.sharedClusters.get(compute.key) as ClusterSettings;
    cluster = shared.get(compute.key) ?? create(settings, `job-${run.jobId}-run-${run.runId}-${compute.key}`);
    shared.set(compute.key, cluster);
  }
  if (cluster) {
    task.clusterId = cluster.id;
    libraries.install(cluster, task.settings.libraries);
  }
  return cluster;
}

/** Waits until the cluster runs and its libraries are installed. Resolves with the outcome if that fails. */
async function untilReady(
  clusters: Clusters,
  cluster: Cluster,
  signal: AbortSignal,
): Promise<Outcome | undefined> {
  for (;;) {
    if (signal.aborted) return signal.reason as Outcome;
    if (!isAlive(cluster) || cluster.state === "TERMINATING") return clusterTerminated(cluster);
    if (cluster.state === "RUNNING") {
      const failed = cluster.libraries.find((item) => item.status === "FAILED");
      if (failed)
        return internalError("LIBRARY_INSTALLATION_ERROR", "CLIENT_ERROR", failed.messages.join(" "));
      if (cluster.libraries.every((item) => item.status !== "PENDING" && item.status !== "INSTALLING"))
        return undefined;
    }
    await clusters.lifecycle.nextChange(cluster, signal);
  }
}

async function executeProgram(
  parts: ExecutionParts,
  run: Run,
  task: TaskRun,
  cluster: Cluster | undefined,
): Promise<Outcome> {
  const { program } = task.settings;
  const file = locate(parts, program);
  if (file === undefined) {
    const [what, path] =
      program.kind === "notebook" ? ["notebook", program.path] : ["Python file", program.file];
    const message =
      `Unable to access the ${what} "${path}". Either it does not exist, or the identity used to run ` +
      `this job, ${run.creator.displayName} (${run.creator.userName}), lacks the required permissions.`;
    return internalError("RESOURCE_NOT_FOUND", "CLIENT_ERROR", message);
  }
  const { compute } = task.settings;
  const runtime = cluster ? parts.clusters.lifecycle.runtime(cluster) : { sparkConf: {}, environment: {} };
  task.state = "RUNNING";
  task.executionStartMs = parts.workspace.clock.now();
  try {
    const request = {
      platform: "databricks" as const,
      runId: String(task.runId),
      notebookPath: program.kind === "notebook" ? file : program.file,
      parameters: task.parameters?.values ?? {},
      clusterId: cluster?.id ?? "serverless",
      ...runtime,
      libraries: cluster
        ? parts.libraries.requirements(cluster)
        : compute.kind === "serverless"
          ? compute.dependencies
          : [],
      taskKey: task.settings.taskKey,
      databricks: factsOfRun(run, { cluster, notebookId: parts.objects.find(file)?.id, url: parts.url }),
      ...(program.kind === "script" ? { script: { file, arguments: task.parameters?.list ?? [] } } : {}),
    };
    const execution = await parts.workspace.notebooks.execute(request, parts.host);
    if (program.kind === "script") task.logs = new LogTail(execution.output);
    else execution.output.resume();
    let clusterEnded = false;
    const unwatch = cluster
      ? parts.clusters.lifecycle.watch((changed) => {
          if (changed.id !== cluster.id || isUp(changed)) return;
          clusterEnded = true;
          execution.kill();
        })
      : () => undefined;
    const cancel = () => execution.cancel((task.abort.signal.reason as Outcome).message);
    if (task.abort.signal.aborted) cancel();
    task.abort.signal.addEventListener("abort", cancel, { once: true });
    task.result = await execution.result;
    unwatch();
    if (task.abort.signal.aborted) return task.abort.signal.reason as Outcome;
    return clusterEnded && cluster ? clusterTerminated(cluster) : outcomeOfResult(task.result);
  } catch (error) {
    return internalError("DRIVER_ERROR", "INTERNAL_ERROR", (error as Error).message);
  }
}

/** The workspace path of a notebook, or the file on this machine of a Python file; undefined if there is none. */
function locate({ objects, files }: ExecutionParts, program: TaskProgram): string | undefined {
  if (program.kind === "notebook") {
    const path = workspacePath(program.path);
    return objects.find(path)?.type === "NOTEBOOK" ? path : undefined;
  }
  if (/^(dbfs:|\/Volumes\/)/.test(program.file)) {
    const file = files.fileOf(program.file);
    return statSync(file, { throwIfNoEntry: false })?.isFile() ? file : undefined;
  }
  const path = workspacePath(program.file);
  return objects.find(path)?.type === "FILE" ? objects.fileOf(path) : undefined;
}

function outcomeOfResult(result: ExecutionResult): Outcome {
  if (result.state === "success") return success;
  if (result.state === "died") {
    const message = "The Python process exited unexpectedly: the notebook's REPL is gone."; // unconfirmed wording
    return internalError("DRIVER_ERROR", "CLIENT_ERROR", message);
  }
  return {
    lifeCycleState: "TERMINATED",
    resultState: result.state === "canceled" ? "CANCELED" : "FAILED",
    message: "Workload failed, see run output for details",
    code: "RUN_EXECUTION_ERROR",
    type: "CLIENT_ERROR",
  };
}

function clusterTerminated(cluster: Cluster): Outcome {
  const { code, type, parameters } = cluster.terminationReason ?? { code: "UNKNOWN", type: "SERVICE_FAULT" };
  const details = Object.entries(parameters ?? {}).map(([name, value]) => `${name}:${value}`);
  const shown = details.length > 0 ? ` Parameters: ${details.join(", ")}.` : "";
  const message = `Cluster '${cluster.id}' was terminated. Reason: ${code} (${type}).${shown}`;
  return internalError("CLUSTER_ERROR", type === "CLOUD_FAILURE" ? "CLOUD_FAILURE" : "CLIENT_ERROR", message);
}
