import { invalidParameter } from "../errors.ts";
import { isCancel, type Outcome } from "./outcome.ts";

/** When a task runs, once those it depends on have ended. Source: https://docs.databricks.com/api/azure/workspace/jobs/create (run_if) */
const conditions = [
  "ALL_SUCCESS",
  "AT_LEAST_ONE_SUCCESS",
  "NONE_FAILED",
  "ALL_DONE",
  "AT_LEAST_ONE_FAILED",
  "ALL_FAILED",
] as const;
export type RunIf = (typeof conditions)[number];

export function readRunIf(given: string | undefined): RunIf {
  const condition = conditions.find((name) => name === (given ?? "ALL_SUCCESS"));
  if (condition) return condition;
  throw invalidParameter(`Invalid run_if: ${given}. Valid values are ${conditions.join(", ")}.`); // unconfirmed wording
}

/**
 * The outcome of a task that is not executed because of how the tasks before it ended; undefined if it is executed.
 *
 * A condition on failures excludes the task if it is not met; any other makes it UPSTREAM_FAILED. If all tasks before it were excluded, so is
 * the task, whatever its condition. A cancelled task counts as failed, so that a task that handles failures runs after it.
 * Source: https://learn.microsoft.com/azure/databricks/jobs/run-if
 */
export function skippedBy(condition: RunIf, before: readonly Outcome[]): Outcome | undefined {
  if (before.length === 0) return undefined;
  const left = before.filter(isSkippedOnPurpose);
  if (left.length === before.length) return excluded;
  const succeeded = before.filter(({ resultState }) => resultState === "SUCCESS");
  const failed = before.filter((outcome) => !left.includes(outcome) && !succeeded.includes(outcome));
  const isMet: Record<RunIf, boolean> = {
    ALL_SUCCESS: succeeded.length === before.length,
    AT_LEAST_ONE_SUCCESS: succeeded.length > 0,
    NONE_FAILED: failed.length === 0,
    ALL_DONE: true,
    AT_LEAST_ONE_FAILED: failed.length > 0,
    ALL_FAILED: failed.length === before.length,
  };
  if (isMet[condition]) return undefined;
  // Unconfirmed for ALL_SUCCESS: the documentation does not say what becomes of a task of which one dependency was excluded and none failed.
  if (condition === "AT_LEAST_ONE_FAILED" || condition === "ALL_FAILED" || failed.length === 0)
    return excluded;
  return upstream(failed);
}

/** The outcome of a task that its own settings disable. */
export const disabled: Outcome = {
  lifeCycleState: "TERMINATED",
  resultState: "DISABLED",
  message: "The task is disabled.", // unconfirmed wording
  code: "DISABLED",
  type: "SUCCESS",
};

const excluded: Outcome = {
  lifeCycleState: "TERMINATED",
  resultState: "EXCLUDED",
  message: "The condition of the task was not met.", // unconfirmed wording
  code: "SKIPPED",
  type: "SUCCESS",
};

function isSkippedOnPurpose({ resultState }: Outcome): boolean {
  return resultState === "EXCLUDED" || resultState === "DISABLED";
}

function upstream(failed: readonly Outcome[]): Outcome {
  const canceled = failed.some(({ resultState }) => isCancel(resultState));
  return {
    lifeCycleState: "TERMINATED",
    resultState: canceled ? "UPSTREAM_CANCELED" : "UPSTREAM_FAILED",
    message: `An upstream task ${canceled ? "was cancelled" : "failed"}.`, // unconfirmed wording
    code: "SKIPPED",
    type: "CLIENT_ERROR",
  };
}
