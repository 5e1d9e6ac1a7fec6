import { poll } from "../../http/poll.ts";
import type { Log } from "../../task/host.ts";
import { StateLog } from "../../task/state-log.ts";
import { duration } from "../../text/duration.ts";
import type { Run } from "../api/runs.ts";
import type { DatabricksClient } from "../connection.ts";
import { cancelRuns } from "./cancel-runs.ts";
import { runPhase } from "./run-state.ts";

/** How the waiting for a run ended. `reason` is the end of a sentence and may contain text from outside. */
export type RunEnd = {
  url: string;
  /** From the first look at the run to the last one. */
  durationMs: number;
} & (
  | { state: "ended"; run: Run }
  /** This step was cancelled; the run may still be alive. */
  | { state: "canceled"; reason: string }
  /** The run did not end in time, or Databricks contradicts itself. `isAlive`: it was cancelled but has not ended yet. */
  | { state: "failed"; reason: string; isAlive: boolean }
);

/** Databricks' own time limit comes first; ours is for a platform that does not keep it. */
const graceMs = 60_000;
const cancelWithinMs = 30_000;
/**
 * How many answers in a row may say both that the run has ended and that it has not. The two forms of the state may be written one moment
 * apart; but a contradiction that stays would be waited for until the time-out, which may be a week.
 */
const mostContradictions = 10;

/** Waits until a run has ended, and logs each change of its state. A run that takes too long is cancelled. */
export async function awaitRun(
  databricks: DatabricksClient,
  request: {
    runId: number;
    /** How the log calls the run, such as `Notebook etl`. */
    subject: string;
    timeoutMs: number;
    log: Log;
    signal: AbortSignal;
    /** Called with the address of the run's page, and again if the platform names another one. */
    onUrl: (url: string) => void;
  },
): Promise<RunEnd> {
  const { runId, timeoutMs, log, signal } = request;
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
    done: (run) => runPhase(run).ended || contradictions >= mostContradictions,
    onTick: (run, elapsedMs) => {
      const { name, message } = runPhase(run);
      states.show({ state: name, message, url, elapsedMs });
    },
    timeoutMs: timeoutMs + graceMs,
    signal,
  });
  const end = { url, durationMs: waiting.elapsedMs };
  const isAliveAfterCancel = async () =>
    (await cancelRuns(databricks, { runIds: [runId], timeoutMs: cancelWithinMs })).length > 0;
  if (waiting.state === "aborted") return { ...end, state: "canceled", reason: "this step was cancelled" };
  if (waiting.state === "timedOut")
    return { ...end, state: "failed", reason: timedOut(timeoutMs), isAlive: await isAliveAfterCancel() };
  const { contradiction } = runPhase(waiting.value);
  if (contradiction === undefined) return { ...end, state: "ended", run: waiting.value };
  return {
    ...end,
    state: "failed",
    reason: contradictory(contradiction),
    isAlive: await isAliveAfterCancel(),
  };
}

/** Why a run failed that took too long, as the end of a sentence. */
export function timedOut(timeoutMs: number): string {
  return `it took longer than ${duration(timeoutMs / 1000)} and was cancelled; raise timeoutMinutes if it needs more time`;
}

function contradictory(contradiction: string): string {
  return `Databricks says both that it has ended and that it has not (${contradiction}), so it was cancelled; look at the run, and run the step again`;
}
