import type { Run } from "../api/runs.ts";

/** A run's state, read from the two forms of it, either of which an answer may lack. */
export interface RunPhase {
  /** `RUNNING`, or once it has ended its result, such as `SUCCESS` or `TIMEDOUT`. */
  name: string;
  message?: string;
  /** Only if each form that there is says so. */
  ended: boolean;
  /** Only if every form says SUCCESS: no other state, known or new, is one. */
  succeeded: boolean;
  canceled: boolean;
  timedOut: boolean;
  /** What the two forms say, if by one the run has ended and by the other it has not. */
  contradiction?: string;
}

/**
 * A run's phase, or that of its first task which did not succeed: a run may say SUCCESS over it, and says INTERNAL_ERROR where a
 * task is FAILED. That a run was cancelled or timed out, it says itself.
 */
export function wholeRunPhase(run: Run): RunPhase {
  const phase = runPhase(run);
  if (phase.canceled || phase.timedOut) return phase;
  const task = (run.tasks ?? []).map(runPhase).find((each) => !each.succeeded);
  if (!task || task.ended) return task ?? phase;
  return { ...phase, name: `${phase.name}, while its task is ${task.name}`, succeeded: false };
}

/** `life_cycle_state`; the newer form has TERMINATED alone, with the reason in its details. */
const finalStates = new Set(["TERMINATED", "SKIPPED", "INTERNAL_ERROR"]);
const canceledResults = new Set(["CANCELED", "USER_CANCELED", "UPSTREAM_CANCELED"]);

/** https://docs.databricks.com/api/azure/workspace/jobs/getrun: `state` is the older form, `status` the newer one. */
export function runPhase({ state, status }: Pick<Run, "state" | "status">): RunPhase {
  const states = [state?.life_cycle_state, status?.state].filter((each) => each !== undefined);
  const unfinished = states.find((each) => !finalStates.has(each));
  const ended = states.length > 0 && unfinished === undefined;
  const lifeCycle = unfinished ?? states[0] ?? "UNKNOWN";
  const termination = status?.termination_details;
  const results = [state?.result_state, termination?.code, termination?.type].filter(
    (each) => each !== undefined,
  );
  const isSuccess = results.length > 0 && results.every((each) => each === "SUCCESS");
  const worst = results.find((each) => each !== "SUCCESS") ?? results[0];
  const timedOut = state?.result_state === "TIMEDOUT";
  const contradicts = unfinished !== undefined && states.some((each) => finalStates.has(each));
  return {
    name: ended && lifeCycle === "TERMINATED" ? (worst ?? lifeCycle) : lifeCycle,
    message: state?.state_message || termination?.message || undefined,
    ended,
    succeeded: ended && states.every((each) => each === "TERMINATED") && isSuccess,
    canceled: ended && !timedOut && results.some((each) => canceledResults.has(each)),
    timedOut: ended && timedOut,
    ...(contradicts
      ? { contradiction: `its state is ${state?.life_cycle_state} and its status ${status?.state}` }
      : {}),
  };
}
