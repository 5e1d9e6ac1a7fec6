import type { FinishedRun } from "../../shared/results/finished-run.ts";
import type { Iteration } from "../../shared/streaming/definition.ts";
import { clause } from "../../shared/text/could-not.ts";
import { duration } from "../../shared/text/duration.ts";
import type { Phase } from "./phases.ts";
import { runNotebook, type Session } from "./session.ts";

/** Produces the payload of an iteration. @param until ends the wait for a producing notebook, and cancels it */
export async function producePayload(
  session: Session,
  phase: Phase,
  { iteration, until }: { iteration: Iteration; until?: AbortSignal },
): Promise<FinishedRun> {
  const { produce } = iteration;
  if (produce.kind === "notebook")
    return (await runNotebook(session, phase, produce, until ? { until } : {})).finished;
  return uploadPayload(session, phase, iteration);
}

async function uploadPayload(
  { host, plan, payloads, results }: Session,
  phase: Phase,
  iteration: Iteration,
): Promise<FinishedRun> {
  const { files, to } = plan.payloads.get(iteration)!;
  const startedOn = new Date();
  const start = performance.now();
  const result = {
    name: results.nameOf(phase),
    startedOn,
    cases: [],
  };
  try {
    await payloads.upload(files, {
      folder: to,
      index: plan.definition.iterations.indexOf(iteration) + 1,
      signal: host.signal,
    });
    const durationSeconds = (performance.now() - start) / 1000;
    host.log.outside(
      `${phase.name}: uploaded ${files.length} ${files.length === 1 ? "file" : "files"} to ${to} in ${duration(durationSeconds)}`,
    );
    return { state: "succeeded", result: { ...result, outcome: "passed", durationSeconds } };
  } catch (error) {
    const durationSeconds = (performance.now() - start) / 1000;
    if (host.signal.aborted)
      return {
        state: "canceled",
        result: { ...result, outcome: "skipped", durationSeconds, message: "this step was cancelled" },
      };
    const { message } = error as Error;
    host.log.outside(`${phase.name}: ${message}`);
    return {
      state: "failed",
      result: { ...result, outcome: "failed", durationSeconds, message: clause(message) },
    };
  }
}
