import { poll } from "../../http/poll.ts";
import type { Log } from "../../task/host.ts";
import { StateLog } from "../../task/state-log.ts";
import { duration } from "../../text/duration.ts";
import type { Run } from "../api/runs.ts";
import type { DatabricksClient } from "../connection.ts";
import { cancelRuns } from "./cancel-runs.ts";
import { runPhase } from "./run-state.ts";
import type { PlannedRun } from "./submit-run.ts";

/** How the wait for a run ended. `reason` is the end of a sentence and may contain text from outside. */
export type RunEnd = {
  url: string;
  /** From the first time that the run was read to the last. */
  durationMs: number;
} & (
  | { state: "ended"; run: Run }
  /** This step was cancelled; the run may still be alive. */
  | { state: "canceled"; reason: string }
  /** The run did not end in time, or Databricks contradicts itself. `isAlive` if the run was cancelled but has not ended yet. */
  | { state: "failed"; reason: string; isAlive: boolean }
);

/** How long after Databricks' own time limit we cancel a run that Databricks has not cancelled. */
const graceMs = 60_000;
const cancelTimeoutMs = 30_000;
/**
 * How many responses in a row may say both that the run has ended and that it has not. Databricks may write the two forms of the state one
 * after the other, so a few are normal. If the contradiction stays, we must not wait for the timeout, which may be a week.
 */
const maxContradictions = 10;

/** Waits until a run has ended, and logs each change of its state. Cancels a run that takes too long or whose state stays contradictory. */
export async function awaitRun(
  databricks: DatabricksClient,
  request: {
    runId: number;
    /** The name of the run in the log, such as `Notebook etl`. */
    subject: string;
    timeoutMs: number;
    limitedBy?: string;
    /** The shortest pause between two reads of its state; that of `poll` unless given. */
    shortestPauseMs?: number;
    log: Log;
    signal: AbortSignal;
    /** Called with the address of the run's page, and again if Databricks returns another address. */
    onUrl: (url: string) => void;
  },
): Promise<RunEnd> {
  const { runId, timeoutMs, limitedBy, log, signal } = request;
  const states = new StateLog(log, request.subject);
  let url = `${databricks.url}/jobs/runs/${runId}`;
  request.onUrl(url);
  let contradictions = 0;
  const waiting = await poll({
    check: async () => {
      const run = await databricks.runs.get({ run_id: runId });
      if (run.run_page_url && run.run_page_url !== url) {
        url = run.run_page_url;
        request.onUrl(url);
      }
      contradictions = runPhase(run).contradiction === undefined ? 0 : contradictions + 1;
      return run;
    },
    done: (run) => runPhase(run).ended || contradictions >= maxContradictions,
    onTick: (run, elapsedMs) => {
      const { name, message } = runPhase(run);
      states.show({ state: name, message, url, elapsedMs });
    },
    timeoutMs: timeoutMs + graceMs,
    firstDelayMs: request.shortestPauseMs,
    signal,
  });
  const end = { url, durationMs: waiting.elapsedMs };
  const isAliveAfterCancel = async () =>
    (await cancelRuns(databricks, { runIds: [runId], timeoutMs: cancelTimeoutMs })).length > 0;
  if (waiting.state === "aborted") return { ...end, state: "canceled", reason: "this step was cancelled" };
  if (waiting.state === "timedOut")
    return {
      ...end,
      state: "failed",
      reason: timeoutReason({ timeoutMs, limitedBy }),
      isAlive: await isAliveAfterCancel(),
    };
  const { contradiction } = runPhase(waiting.value);
  if (contradiction === undefined) return { ...end, state: "ended", run: waiting.value };
  return {
    ...end,
    state: "failed",
    reason: contradictionReason(contradiction),
    isAlive: await isAliveAfterCancel(),
  };
}

/** Why a run failed that exceeded its time limit, as the end of a sentence. */
export function timeoutReason({
  timeoutMs,
  limitedBy = "timeoutMinutes",
}: Pick<PlannedRun, "timeoutMs" | "limitedBy">): string {
  return `it took longer than ${duration(timeoutMs / 1000)} and was cancelled; raise ${limitedBy} if it needs more time`;
}

function contradictionReason(contradiction: string): string {
  return `Databricks says both that it has ended and that it has not (${contradiction}), so it was cancelled; look at the run, and run the step again`;
}
