import type { ExecutionResult } from "../../../driver/execution-result.ts";
import type { Principal } from "../principal.ts";
import type { RunSettings, TaskSettings } from "./task-settings.ts";

/** Source: https://docs.databricks.com/api/azure/workspace/jobs/getrun */
export type LifeCycleState =
  | "QUEUED"
  | "PENDING"
  | "BLOCKED"
  | "RUNNING"
  | "TERMINATING"
  | "TERMINATED"
  | "SKIPPED"
  | "INTERNAL_ERROR";

/** Source: https://databricks.github.io/sdk-js/api/types/_databricks_sdk-jobs.v2.RunResultState_RunResultState.html */
type ResultState =
  | "SUCCESS"
  | "SUCCESS_WITH_FAILURES"
  | "FAILED"
  | "TIMEDOUT"
  | "CANCELED"
  | "UPSTREAM_FAILED"
  | "UPSTREAM_CANCELED"
  | "EXCLUDED"
  | "DISABLED"
  | "MAXIMUM_CONCURRENT_RUNS_REACHED";

/** How a task run or a run ended, for the old `state` and the new `status.termination_details`. */
export interface Outcome {
  lifeCycleState: "TERMINATED" | "SKIPPED" | "INTERNAL_ERROR";
  resultState: ResultState;
  message: string;
  code: string;
  type: "SUCCESS" | "CLIENT_ERROR" | "CLOUD_FAILURE" | "INTERNAL_ERROR";
}

/** One attempt of a task. */
export interface TaskRun {
  runId: number;
  /** 0 for the first attempt. */
  attemptNumber: number;
  settings: TaskSettings;
  state: Exclude<LifeCycleState, Outcome["lifeCycleState"]>;
  outcome?: Outcome;
  clusterId?: string;
  sparkContextId?: number;
  startMs: number;
  executionStartMs?: number;
  endMs?: number;
  result?: ExecutionResult;
  /** Aborted, with the outcome as its reason, to end the task. */
  abort: AbortController;
}

export interface Run {
  runId: number;
  jobId: number;
  /** Undefined for a run of runs/submit. */
  numberInJob?: number;
  settings: RunSettings;
  /** Every attempt of each task. */
  tasks: TaskRun[];
  creator: Principal;
  startMs: number;
  endMs?: number;
  outcome?: Outcome;
  idempotencyToken?: string;
  /** notebook_params of run-now: they win over base parameters. */
  overrides: Record<string, string>;
}

/** The last attempt of each task. */
export function lastAttempts(tasks: readonly TaskRun[]): TaskRun[] {
  return [...new Map(tasks.map((task) => [task.settings.taskKey, task])).values()];
}

export const success: Outcome = {
  lifeCycleState: "TERMINATED",
  resultState: "SUCCESS",
  message: "",
  code: "SUCCESS",
  type: "SUCCESS",
};

/** Worded as in the run of https://github.com/flyteorg/flytekit/pull/1935. */
export const cancelled: Outcome = {
  lifeCycleState: "TERMINATED",
  resultState: "CANCELED",
  message: "Run cancelled.",
  code: "USER_CANCELED",
  type: "SUCCESS",
};

/** The codes are those of https://databricks.github.io/sdk-js/api/types/_databricks_sdk-jobs.v2.TerminationCode_Code.html */
export const timedOut: Outcome = {
  lifeCycleState: "TERMINATED",
  resultState: "TIMEDOUT",
  message: "Run timed out.", // unconfirmed wording
  code: "CANCELED",
  type: "CLIENT_ERROR",
};

/** The outcome of a task that is not executed because of how the tasks before it ended. */
export function upstream(before: readonly Outcome[]): Outcome {
  const canceled = before.some(({ resultState }) => isCancel(resultState));
  return {
    lifeCycleState: "TERMINATED",
    resultState: canceled ? "UPSTREAM_CANCELED" : "UPSTREAM_FAILED",
    message: `An upstream task ${canceled ? "was cancelled" : "failed"}.`, // unconfirmed wording
    code: "SKIPPED",
    type: "CLIENT_ERROR",
  };
}

/** A failure outside the notebook's code, such as that of its cluster. */
export function internalError(code: string, type: Outcome["type"], message: string): Outcome {
  return { lifeCycleState: "INTERNAL_ERROR", resultState: "FAILED", message, code, type };
}

/**
 * The outcome of a run whose tasks have all ended. It is that of its leaf tasks, on which no other task depends. If only other tasks
 * failed, it is SUCCESS_WITH_FAILURES; tasks that were skipped on purpose count as successful.
 * Sources: https://docs.databricks.com/en/jobs/monitor.html, https://docs.databricks.com/en/jobs/run-if.html. They do not say
 * which result a run has if its leaves fail in different ways: here it is the first of timed out, cancelled, failed.
 */
export function outcomeOf({ tasks, isSingle }: { tasks: readonly TaskRun[]; isSingle: boolean }): Outcome {
  const failed = tasks.filter(({ outcome }) => !passed.has((outcome as Outcome).resultState));
  const [first] = failed;
  if (!first) return success;
  const only = first.outcome as Outcome;
  if (isSingle || (tasks.length === 1 && only.resultState !== "FAILED")) return only;
  const isLeaf = ({ settings }: TaskRun) =>
    !tasks.some((other) => other.settings.dependsOn.includes(settings.taskKey));
  const leaves = failed.filter(isLeaf).map((task) => (task.outcome as Outcome).resultState);
  if (leaves.length === 0)
    return { ...success, resultState: "SUCCESS_WITH_FAILURES", code: "SUCCESS_WITH_FAILURES" };
  if (leaves.includes("TIMEDOUT")) return timedOut;
  if (leaves.some(isCancel)) return cancelled;
  return failedBy(failed);
}

/**
 * A run with a failed task is INTERNAL_ERROR, although the task itself is TERMINATED, as clients of the platform report
 * (https://github.com/Azure/azure-databricks-client, Csharp/Microsoft.Azure.Databricks.Client.Test, and many a "failed to reach
 * TERMINATED or SKIPPED, got INTERNAL_ERROR: Task … failed with message: …"). No documentation says it.
 */
function failedBy(failed: readonly TaskRun[]): Outcome {
  // The task that failed explains more than those that were skipped because of it.
  const culprit = failed.find((task) => task.outcome?.resultState === "FAILED") ?? failed[0];
  const { settings, outcome } = culprit as TaskRun;
  const { message, code, type } = outcome as Outcome;
  const skipped = failed.some((task) => task.outcome?.resultState === "UPSTREAM_FAILED");
  return {
    lifeCycleState: "INTERNAL_ERROR",
    resultState: "FAILED",
    message:
      `Task ${settings.taskKey} failed with message: ${message}${message.endsWith(".") ? "" : "."}` +
      (skipped ? " This caused all downstream tasks to get skipped." : ""),
    code,
    type,
  };
}

const passed: ReadonlySet<ResultState> = new Set([
  "SUCCESS",
  "SUCCESS_WITH_FAILURES",
  "EXCLUDED",
  // Unconfirmed: the documentation says of a disabled task only that it is skipped.
  "DISABLED",
]);

function isCancel(state: ResultState): boolean {
  return state === "CANCELED" || state === "UPSTREAM_CANCELED";
}
