import { mapBounded } from "../../concurrency/bounded.ts";
import { throwAll } from "../../concurrency/independent.ts";
import { RequestError } from "../../http/errors.ts";
import { poll } from "../../http/poll.ts";
import type { Log } from "../../task/host.ts";
import type { ItemId, JobsApi } from "../api/jobs.ts";
import { hasEnded } from "./await-job.ts";

const mostRequests = 8;

/**
 * Cancels every run of the items that has not ended, and waits for their ends. What fails is thrown when all have been tried.
 * @param request.timeoutMs how long to wait for the ends of the runs
 */
export async function cancelJobs(
  jobs: JobsApi,
  { items, timeoutMs, log }: { items: readonly ItemId[]; timeoutMs: number; log: Log },
): Promise<void> {
  const failures: unknown[] = [];
  await mapBounded(items, mostRequests, async (item) => {
    try {
      const runs = await activeJobs(jobs, item);
      for (const id of runs) await cancelJob(jobs, { item, id, timeoutMs, log });
    } catch (error) {
      if (!(error instanceof RequestError && error.kind === "notFound")) failures.push(error);
    }
  });
  throwAll(failures);
}

async function activeJobs(jobs: JobsApi, item: ItemId): Promise<string[]> {
  const active: string[] = [];
  for await (const instance of jobs.list(item)) if (!hasEnded(instance)) active.push(instance.id);
  return active;
}

/** Cancels a run and waits for its end. Returns whether it has ended. */
export async function cancelJob(
  jobs: JobsApi,
  { item, id, timeoutMs, log }: { item: ItemId; id: string; timeoutMs: number; log: Log },
): Promise<boolean> {
  await jobs.cancel(item, id);
  const waiting = await poll({
    check: () => jobs.get(item, id),
    done: ({ instance }) => hasEnded(instance),
    retryAfterMs: ({ retryAfterMs }) => retryAfterMs,
    timeoutMs,
  });
  const isOver = waiting.state === "done";
  log.line(isOver ? `Cancelled run ${id}.` : `Cancelled run ${id}, but it has not ended yet.`);
  return isOver;
}
