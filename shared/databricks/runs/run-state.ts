import type { Run, RunTask } from "../api/runs.ts";

/** The state of a run. A response has it in the older form (`state`), the newer form (`status`), or both. */
export interface RunPhase {
  /** The state, such as `RUNNING`, or after the end the result, such as `SUCCESS` or `TIMEDOUT`. */
  name: string;
  message?: string;
  /** True only if every form in the response says that the run has ended. */
  ended: boolean;
  /** True only if every form in the response says SUCCESS. Any other state, including one that we do not know, is not a success. */
  succeeded: boolean;
  canceled: boolean;
  timedOut: boolean;
  /** Set if one form says that the run has ended and the other that it has not: what each says, as a clause. */
  contradiction?: string;
}

/**
 * The phase of a run, taking its tasks into account. If a task did not succeed, returns the phase of the first such task: the run itself
 * may be SUCCESS then, or INTERNAL_ERROR although the task is FAILED. Whether the run was cancelled or timed out, only the run itself says.
 */
export function wholeRunPhase(run: Run): RunPhase {
  const phase = runPhase(run);
  if (phase.canceled || phase.timedOut) return phase;
  const task = lastAttempts(run)
    .map(runPhase)
    .find(({ succeeded }) => !succeeded);
  if (!task || task.ended) return task ?? phase;
  return { ...phase, name: `${phase.name}, while its task is ${task.name}`, succeeded: false };
}

/**
 * The last attempt of each task. Databricks lists every attempt, in no documented order, and an earlier one says nothing about the outcome.
 * https://github.com/apache/airflow/pull/72313
 */
export function lastAttempts({ tasks = [] }: Pick<Run, "tasks">): RunTask[] {
  const last = new Map<string, RunTask>();
  for (const task of tasks) {
    const other = last.get(task.task_key);
    if (other === undefined || (task.attempt_number ?? 0) >= (other.attempt_number ?? 0))
      last.set(task.task_key, task);
  }
  return [...last.values()];
}

/** Values of `life_cycle_state`. The newer form has only TERMINATED, with the reason in `termination_details`. */
const finalStates = new Set(["TERMINATED", "SKIPPED", "INTERNAL_ERROR"]);
const canceledResults = new Set(["CANCELED", "USER_CANCELED", "UPSTREAM_CANCELED"]);

/** The phase of a run or of a task, without its tasks. https://docs.databricks.com/api/azure/workspace/jobs/getrun */
export function runPhase({ state, status }: Pick<Run, "state" | "status">): RunPhase {
  const states = [state?.life_cycle_state, status?.state].filter((name) => name !== undefined);
  const unfinished = states.find((name) => !finalStates.has(name));
  const ended = states.length > 0 && unfinished === undefined;
  const lifeCycle = unfinished ?? states[0] ?? "UNKNOWN";
  const termination = status?.termination_details;
  const results = [state?.result_state, termination?.code, termination?.type].filter(
    (result) => result !== undefined,
  );
  const isSuccess = results.length > 0 && results.every((result) => result === "SUCCESS");
  const worst = results.find((result) => result !== "SUCCESS") ?? results[0];
  const timedOut = state?.result_state === "TIMEDOUT";
  const contradicts = unfinished !== undefined && states.some((name) => finalStates.has(name));
  return {
    name: ended && lifeCycle === "TERMINATED" ? (worst ?? lifeCycle) : lifeCycle,
    message: state?.state_message || termination?.message || undefined,
    ended,
    succeeded: ended && states.every((name) => name === "TERMINATED") && isSuccess,
    canceled: ended && !timedOut && results.some((result) => canceledResults.has(result)),
    timedOut: ended && timedOut,
    ...(contradicts
      ? { contradiction: `its state is ${state?.life_cycle_state} and its status ${status?.state}` }
      : {}),
  };
}
