import type { Run } from "./jobs.ts";

/** A run's state, read from whichever of the two forms an answer carries. */
export interface RunPhase {
  /** `RUNNING`, or once it has ended its result, such as `SUCCESS` or `TIMEDOUT`. */
  name: string;
  message?: string;
  ended: boolean;
  /** Only where every form says SUCCESS: no other state, known or new, is one. */
  succeeded: boolean;
  canceled: boolean;
  timedOut: boolean;
}

/**
 * A run's phase, or that of its first task which did not succeed: a run may say SUCCESS over it, and says INTERNAL_ERROR where a
 * task is FAILED. That a run was cancelled or timed out, it says itself.
 */
export function wholeRunPhase(run: Run): RunPhase {
  const phase = runPhase(run);
  if (phase.canceled || phase.timedOut) return phase;
  return (run.tasks ?? []).map(runPhase).find((task) => !task.succeeded) ?? phase;
}

const finalStates = new Set(["TERMINATED", "SKIPPED", "INTERNAL_ERROR"]);
const canceledResults = new Set(["CANCELED", "USER_CANCELED", "UPSTREAM_CANCELED"]);

export function runPhase(run: Pick<Run, "state" | "status">): RunPhase {
  const lifeCycle = run.state?.life_cycle_state ?? run.status?.state ?? "UNKNOWN";
  const result = run.state?.result_state;
  const termination = run.status?.termination_details;
  const results = [result, termination?.code].filter((each): each is string => each !== undefined);
  const ended = finalStates.has(lifeCycle);
  const worst = results.find((each) => each !== "SUCCESS") ?? results[0];
  const timedOut = result === "TIMEDOUT";
  return {
    name: ended ? (lifeCycle === "TERMINATED" ? (worst ?? lifeCycle) : lifeCycle) : lifeCycle,
    message: run.state?.state_message || termination?.message || undefined,
    ended,
    succeeded:
      lifeCycle === "TERMINATED" && results.length > 0 && results.every((each) => each === "SUCCESS"),
    canceled: ended && !timedOut && results.some((each) => canceledResults.has(each)),
    timedOut: ended && timedOut,
  };
}
