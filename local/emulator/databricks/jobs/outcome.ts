/** Source: https://docs.databricks.com/api/azure/workspace/jobs/getrun */
export type LifeCycleState =
  | "QUEUED"
  | "PENDING"
  | "BLOCKED"
  | "RUNNING"
  | "TERMINATING"
  | "TERMINATED"
  | "SKIPPED"
  | "INTERNAL_ERROR"
  | "WAITING_FOR_RETRY";

/** Source: https://databricks.github.io/sdk-js/api/types/_databricks_sdk-jobs.v2.RunResultState_RunResultState.html */
export type ResultState =
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

/** A failure outside the notebook's code, such as that of its cluster. */
export function internalError(code: string, type: Outcome["type"], message: string): Outcome {
  return { lifeCycleState: "INTERNAL_ERROR", resultState: "FAILED", message, code, type };
}

/** Whether a run or task was cancelled, or skipped because one before it was. */
export function isCancel(state: ResultState): boolean {
  return state === "CANCELED" || state === "UPSTREAM_CANCELED";
}
