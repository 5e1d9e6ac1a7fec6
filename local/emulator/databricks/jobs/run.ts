import type { ExecutionResult } from "../../../driver/driver.ts";
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

export type ResultState =
  | "SUCCESS"
  | "FAILED"
  | "TIMEDOUT"
  | "CANCELED"
  | "UPSTREAM_FAILED"
  | "UPSTREAM_CANCELED"
  | "MAXIMUM_CONCURRENT_RUNS_REACHED";

/** How a task run or a run ended: in the words of the old `state` and of the new `status.termination_details`. */
export interface Outcome {
  lifeCycleState: "TERMINATED" | "SKIPPED" | "INTERNAL_ERROR";
  resultState: ResultState;
  message: string;
  code: string;
  type: "SUCCESS" | "CLIENT_ERROR" | "CLOUD_FAILURE" | "INTERNAL_ERROR";
}

export interface TaskRun {
  runId: number;
  settings: TaskSettings;
  state: Exclude<LifeCycleState, Outcome["lifeCycleState"]>;
  outcome?: Outcome;
  clusterId?: string;
  sparkContextId?: number;
  startMs: number;
  executionStartMs?: number;
  endMs?: number;
  result?: ExecutionResult;
  /** Aborted with the outcome by which the task is to end. */
  ending: AbortController;
}

export interface Run {
  runId: number;
  jobId: number;
  /** Undefined for a run of runs/submit. */
  numberInJob?: number;
  settings: RunSettings;
  tasks: TaskRun[];
  creator: Principal;
  startMs: number;
  endMs?: number;
  outcome?: Outcome;
  idempotencyToken?: string;
  /** notebook_params of run-now: they win over base parameters. */
  overrides: Record<string, string>;
}

export const success: Outcome = {
  lifeCycleState: "TERMINATED",
  resultState: "SUCCESS",
  message: "",
  code: "SUCCESS",
  type: "SUCCESS",
};

export const cancelled: Outcome = {
  lifeCycleState: "TERMINATED",
  resultState: "CANCELED",
  message: "Run cancelled.",
  code: "USER_CANCELED",
  type: "SUCCESS",
};

export const timedOut: Outcome = {
  lifeCycleState: "TERMINATED",
  resultState: "TIMEDOUT",
  message: "Run timed out.",
  code: "RUN_EXECUTION_ERROR",
  type: "CLIENT_ERROR",
};

export const upstreamFailed: Outcome = {
  lifeCycleState: "TERMINATED",
  resultState: "UPSTREAM_FAILED",
  message: "An upstream task failed.",
  code: "RUN_EXECUTION_ERROR",
  type: "CLIENT_ERROR",
};

/** Something of the run's surroundings failed: no fault of the notebook's code. */
export function internalError(code: string, type: Outcome["type"], message: string): Outcome {
  return { lifeCycleState: "INTERNAL_ERROR", resultState: "FAILED", message, code, type };
}

/** How a run ended whose tasks all ended. */
export function outcomeOf(tasks: readonly TaskRun[]): Outcome {
  const outcomes = tasks.map((task) => ({ key: task.settings.taskKey, ...(task.outcome as Outcome) }));
  const first = (state: ResultState) => outcomes.find((outcome) => outcome.resultState === state);
  const culprit = first("TIMEDOUT") ?? first("CANCELED") ?? first("FAILED");
  if (!culprit) return success;
  const { key, ...outcome } = culprit;
  if (tasks.length === 1 || outcome.resultState !== "FAILED") return outcome;
  const message = `Task ${key} failed with message: ${outcome.message}${outcome.message.endsWith(".") ? "" : "."}`;
  return { ...outcome, message };
}
