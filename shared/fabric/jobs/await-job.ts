import { poll } from "../../http/poll.ts";
import type { Log } from "../../task/host.ts";
import { StateLog } from "../../task/state-log.ts";
import { clause } from "../../text/could-not.ts";
import { duration } from "../../text/duration.ts";
import { oneLine } from "../../text/plain-text.ts";
import type { JobInstance, Reading, StartedJob } from "../api/jobs.ts";

/** How the wait for a job ended. `reason` is the end of a sentence and may contain text from outside. */
export type JobEnd = {
  /** From the start of the job to the last time that its state was read. */
  durationMs: number;
  instance?: JobInstance;
} & (
  | { state: "succeeded" }
  /** `wasCanceled`: by somebody in the workspace. */
  | { state: "failed"; reason: string; wasCanceled?: boolean }
  /** This step was cancelled; the job may still be alive. */
  | { state: "canceled"; reason: string }
  /** The job may still be alive: the caller cancels it. */
  | { state: "timedOut"; reason: string }
);

const maxReason = 600;
/** The states of a job that has not ended. https://learn.microsoft.com/rest/api/fabric/core/job-scheduler/get-item-job-instance */
const alive = ["NotStarted", "InProgress"];

/**
 * Waits until a job has ended, and logs each change of its state. Never asks earlier than Fabric allows, so that an end is seen within one
 * Retry-After.
 * @param request.read reads the state once
 * @param request.url of the job's page, for the log; a function, since Fabric may name it only later
 */
export async function awaitJob(request: {
  job: StartedJob;
  read: () => Promise<Reading>;
  subject: string;
  url: (instance?: JobInstance) => string;
  /** Called each time that the job is found alive. */
  onAlive?: () => void;
  timeoutMs: number;
  log: Log;
  signal: AbortSignal;
}): Promise<JobEnd> {
  const { job, read, url, timeoutMs, log, signal } = request;
  const states = new StateLog(log, request.subject);
  const waiting = await poll({
    check: read,
    done: ({ instance }) => hasEnded(instance),
    onTick({ instance }, elapsedMs) {
      states.show({ state: instance.status, url: url(instance), elapsedMs });
      request.onAlive?.();
    },
    retryAfterMs: ({ retryAfterMs }) => retryAfterMs,
    firstCheckAfterMs: job.retryAfterMs,
    timeoutMs,
    signal,
  });
  const end = { durationMs: waiting.elapsedMs, instance: waiting.value?.instance };
  if (waiting.state === "aborted") return { ...end, state: "canceled", reason: "this step was cancelled" };
  if (waiting.state === "timedOut") {
    const last = end.instance ? ` (it was ${end.instance.status})` : "";
    const limit = duration(timeoutMs / 1000);
    return {
      ...end,
      state: "timedOut",
      reason: `it took longer than ${limit}${last} and was cancelled; raise timeoutMinutes if it needs more time`,
    };
  }
  return { ...end, ...judge(waiting.value.instance) };
}

/** Whether a job has ended. A state that is not documented is that of a job which may be alive, until Fabric says when it ended. */
export function hasEnded({ status, endTimeUtc }: JobInstance): boolean {
  if (alive.includes(status)) return false;
  return ["Completed", "Failed", "Cancelled", "Deduped"].includes(status) || Boolean(endTimeUtc);
}

function judge(
  instance: JobInstance,
): { state: "succeeded" } | { state: "failed"; reason: string; wasCanceled?: boolean } {
  const { status, failureReason } = instance;
  const message = clause(
    oneLine([failureReason?.errorCode, failureReason?.message].filter(Boolean).join(": "), maxReason),
  );
  switch (status) {
    case "Completed":
      return message === ""
        ? { state: "succeeded" }
        : { state: "failed", reason: `Fabric says both that it has completed and why it failed: ${message}` };
    case "Failed":
      return { state: "failed", reason: message || "Fabric gives no reason" };
    case "Cancelled":
      return {
        state: "failed",
        wasCanceled: true,
        reason: `it was cancelled in the workspace, not by this pipeline${message && ` (${message})`}`,
      };
    case "Deduped":
      return {
        state: "failed",
        reason: `it did not run, because another job of the same item was running${message && ` (${message})`}`,
      };
    default:
      return { state: "failed", reason: `it ended as ${status}${message && `: ${message}`}` };
  }
}

/** When a job ran, by Fabric's clock. Its times have no zone and are in UTC. */
export function executionOf(
  instance: JobInstance | undefined,
): { startedOn: Date; durationMs: number } | undefined {
  const [start, end] = [instance?.startTimeUtc, instance?.endTimeUtc].map(timeOf);
  return start === undefined || end === undefined || end < start
    ? undefined
    : { startedOn: new Date(start), durationMs: end - start };
}

/** A time of Fabric as milliseconds since 1970. Its times have no zone and are in UTC. */
export function timeOf(text: string | undefined): number | undefined {
  if (!text) return undefined;
  // More digits than milliseconds are not part of the format that Date.parse promises to read.
  const trimmed = text.replace(/(\.\d{3})\d+/, "$1");
  const milliseconds = Date.parse(/Z|[+-]\d\d:?\d\d$/i.test(trimmed) ? trimmed : `${trimmed}Z`);
  return Number.isNaN(milliseconds) || milliseconds <= 0 ? undefined : milliseconds;
}
