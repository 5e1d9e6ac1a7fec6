import type { StreamRun } from "../../shared/databricks/streaming/stream-run.ts";
import type { FinishedRun } from "../../shared/results/finished-run.ts";
import type { NotebookResult } from "../../shared/results/notebook-result.ts";
import type { Iteration } from "../../shared/streaming/definition.ts";
import { duration } from "../../shared/text/duration.ts";
import { cleanBefore, job, type Phase, PhaseFailed, phaseOf, ready } from "./phases.ts";
import { producePayload } from "./produce.ts";
import { limitOf, runNotebook, type Session, withinOf } from "./session.ts";
import { endStreams, startStreams } from "./stream-life.ts";
import { untilPassed } from "./validate.ts";

const streamsEnded = "stopped, because the job had ended or lost a stream";

/** Starts the streams, produces payloads and validates after each, and cancels the streams. Throws PhaseFailed where a phase fails. */
export async function runStreaming(session: Session): Promise<void> {
  const { results, plan } = session;
  const { cleanBefore: clean } = plan.definition;
  if (clean) results.add(cleanBefore, (await runNotebook(session, cleanBefore, clean)).finished);
  const startedOn = new Date();
  const streams = await startStreams(session);
  const failures: unknown[] = [];
  const note = (error: unknown) => void failures.push(error);
  await testStreams(session, streams, startedOn).catch(note);
  await endStreams(session, streams, startedOn).catch(note);
  const unexpected = failures.find((failure) => !(failure instanceof PhaseFailed));
  if (failures.length > 0) throw unexpected ?? failures[0];
}

async function testStreams(session: Session, streams: StreamRun, startedOn: Date): Promise<void> {
  await untilReady(session, streams, startedOn);
  for (const iteration of session.plan.definition.iterations)
    await testIteration(session, streams, iteration);
  await streams.look();
}

async function untilReady(session: Session, streams: StreamRun, startedOn: Date): Promise<void> {
  const { host, plan, results } = session;
  const { withinSeconds, validate } = plan.definition.ready;
  const limit = limitOf(session, { withinMs: withinSeconds * 1000, within: "ready.within" });
  const reason = await streams.running(limit, host.signal);
  requireStreams(session, streams, ready, startedOn);
  if (reason !== undefined) {
    host.log.outside(`${ready.name}: failed: ${reason}`);
    results.end(ready, { state: "failed", startedOn, message: reason, url: streams.url });
  }
  const elapsedMs = Date.now() - startedOn.getTime();
  host.log.line(`${job.name}: runs after ${duration(elapsedMs / 1000)}`);
  if (validate === undefined) return results.end(ready, { state: "succeeded", startedOn, url: streams.url });
  const { finished, tries } = await untilPassed(session, ready, {
    validation: validate,
    ...limit,
    timeoutMs: limit.timeoutMs - elapsedMs,
    until: streams.over,
  });
  results.add(ready, explained(finished, streams), { tries });
}

async function testIteration(session: Session, streams: StreamRun, iteration: Iteration): Promise<void> {
  const { results } = session;
  const { name, validate } = iteration;
  const producing = phaseOf("produce", name);
  requireStreams(session, streams, producing, new Date());
  const produced = await producePayload(session, producing, { iteration, until: streams.over });
  results.add(producing, explained(produced, streams));
  const producedAt = performance.now();
  const validating = phaseOf("validate", name);
  const { finished, tries } = await untilPassed(session, validating, {
    validation: validate,
    ...limitOf(session, { withinMs: validate.withinSeconds * 1000, within: withinOf(name) }),
    until: streams.over,
  });
  const latencySeconds =
    iteration.produce.kind === "notebook"
      ? Math.max(0, (endMs(finished.result) - endMs(produced.result)) / 1000)
      : (performance.now() - producedAt) / 1000;
  const details = finished.state === "succeeded" ? { tries, latencySeconds } : { tries };
  if (finished.state === "succeeded")
    session.host.log.outside(`${validating.name}: visible after ${duration(latencySeconds)}`);
  results.add(validating, explained(finished, streams), details);
}

/** By the clock of Databricks, which both runs have in common. */
function endMs({ startedOn, durationSeconds }: NotebookResult): number {
  return startedOn.getTime() + durationSeconds * 1000;
}

/** Fails the phase if the streams have ended, or the step is cancelled: nothing could be tested any more. */
function requireStreams(session: Session, streams: StreamRun, phase: Phase, startedOn: Date): void {
  if (!streams.over.aborted && !session.host.signal.aborted) return;
  const message = streams.over.aborted ? streamsEnded : "this step was cancelled";
  session.results.end(phase, { state: "canceled", startedOn, message });
}

/** A run that was cut short because the streams had ended, with this reason. */
function explained(finished: FinishedRun, streams: StreamRun): FinishedRun {
  if (finished.state !== "canceled" || !streams.over.aborted) return finished;
  return { ...finished, result: { ...finished.result, message: streamsEnded } };
}
