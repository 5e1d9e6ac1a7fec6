import { independentlyAtOnce } from "../../concurrency/independent.ts";
import { RequestError } from "../../http/errors.ts";
import { poll } from "../../http/poll.ts";
import type { DatabricksClient } from "../connection.ts";
import { runPhase } from "./run-state.ts";

/**
 * Cancels runs and waits until each has ended. Answers those that have not ended within the time. One that cannot be cancelled does not
 * keep the others from it.
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

/** Ids of the runs alive whose name holds the text. */
export async function activeRuns(databricks: DatabricksClient, inName: string): Promise<number[]> {
  const found: number[] = [];
  for await (const run of databricks.runs.listActiveSubmitted())
    if (run.run_name?.includes(inName)) found.push(run.run_id);
  return found;
}
