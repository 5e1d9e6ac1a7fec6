import { independentlyAtOnce } from "../../concurrency/independent.ts";
import { RequestError } from "../../http/errors.ts";
import { poll } from "../../http/poll.ts";
import type { DatabricksClient } from "../connection.ts";
import { runPhase } from "./run-state.ts";

/**
 * Cancels runs and waits until they have ended. Returns the ids of those that have not ended within `timeoutMs`. If a run cannot be
 * cancelled, the others still are; the failure is thrown at the end.
 */
export async function cancelRuns(
  databricks: DatabricksClient,
  request: { runIds: readonly number[]; timeoutMs: number },
): Promise<number[]> {
  const alive: number[] = [];
  await independentlyAtOnce(
    request.runIds.map((run_id) => async () => {
      if (!(await cancelRun(databricks, run_id, request.timeoutMs))) alive.push(run_id);
    }),
  );
  return alive;
}

/** Returns whether the run has ended in time. */
async function cancelRun(databricks: DatabricksClient, run_id: number, timeoutMs: number): Promise<boolean> {
  try {
    await databricks.runs.cancel({ run_id });
    const waiting = await poll({
      check: () => databricks.runs.get({ run_id }),
      done: (run) => runPhase(run).ended,
      timeoutMs,
      firstDelayMs: 200,
      maxDelayMs: 2_000,
    });
    return waiting.state === "done";
  } catch (error) {
    if (error instanceof RequestError && error.kind === "notFound") return true;
    throw error;
  }
}

/** Ids of the one-time runs that have not ended and whose name contains the text. */
export async function activeRuns(databricks: DatabricksClient, partOfName: string): Promise<number[]> {
  const found: number[] = [];
  for await (const run of databricks.runs.listActiveSubmitted())
    if (run.run_name?.includes(partOfName)) found.push(run.run_id);
  return found;
}
