import { cancelled, isCancel, type Outcome, type ResultState, success, timedOut } from "./outcome.ts";
import type { TaskRun } from "./run.ts";

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
