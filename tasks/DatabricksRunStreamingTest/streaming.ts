import { cancelRuns } from "../../shared/databricks/runs/cancel-runs.ts";
import { runPhase } from "../../shared/databricks/runs/run-state.ts";
import { startRun } from "../../shared/databricks/runs/submit-run.ts";
import { StreamRun } from "../../shared/databricks/streaming/stream-run.ts";
import { RequestError } from "../../shared/http/errors.ts";
import { intentPath, intentToken } from "../../shared/intent/intent.ts";
import type { FinishedRun } from "../../shared/results/finished-run.ts";
import type { NotebookResult } from "../../shared/results/notebook-result.ts";
import type { Iteration } from "../../shared/streaming/definition.ts";
import { clause } from "../../shared/text/could-not.ts";
import { duration } from "../../shared/text/duration.ts";
import { JobProblem, prepareJob } from "./job.ts";
import { judgeStreams } from "./judge-streams.ts";
import { cleanBefore, job, type Phase, PhaseFailed, phaseOf, ready } from "./phases.ts";
import { producePayload } from "./produce.ts";
import { runNotebook, type Session } from "./session.ts";
import { untilPassed } from "./validate.ts";

const cancelTimeoutMs = 120_000;
const streamsEnded = "stopped, because the streams had ended";

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

async function startStreams(session: Session): Promise<StreamRun> {
  const { host, databricks, intent, live, results, leftMs } = session;
  const startedOn = new Date();
  try {
    const { work, parameters } = await prepareJob(session);
    const runId = await startRun(
      databricks,
      {
        kind: "phase",
        name: results.nameOf(job),
        work,
        runName: intentPath(intent),
        idempotencyToken: intentToken(intent, job.name),
        parameters,
        timeoutMs: leftMs(),
      },
      live,
    );
    host.output("RunId", String(runId));
    const onUrl = (url: string) => host.output("RunUrl", url);
    return new StreamRun(databricks, { runId, subject: job.name, log: host.log, signal: host.signal, onUrl });
  } catch (error) {
    if (!(error instanceof RequestError) && !(error instanceof JobProblem)) throw error;
    const message = clause(error.message);
    host.log.outside(`${job.name}: failed: ${message}`);
    results.add(job, ended(session, job, { state: "failed", startedOn, message }));
    throw error; // not reached: a failed phase ends the test
  }
}

async function untilReady(session: Session, streams: StreamRun, startedOn: Date): Promise<void> {
  const { host, plan, results } = session;
  const { withinSeconds, validate } = plan.definition.ready;
  const withinMs = Math.min(withinSeconds * 1000, session.leftMs());
  const reason = await streams.running(withinMs, host.signal);
  requireStreams(session, streams, ready, startedOn);
  if (reason !== undefined) {
    host.log.outside(`${ready.name}: failed: ${reason}`);
    results.add(
      ready,
      ended(session, ready, { state: "failed", startedOn, message: reason, url: streams.url }),
    );
  }
  const elapsedMs = Date.now() - startedOn.getTime();
  host.log.line(`${job.name}: runs after ${duration(elapsedMs / 1000)}`);
  if (validate === undefined)
    return results.add(ready, ended(session, ready, { state: "succeeded", startedOn, url: streams.url }));
  const { finished, tries } = await untilPassed(session, ready, {
    validation: validate,
    withinMs: withinMs - elapsedMs,
    within: "ready.within",
    until: streams.over,
  });
  results.add(ready, explained(finished, streams), { tries });
}

async function testIteration(session: Session, streams: StreamRun, iteration: Iteration): Promise<void> {
  const { results, leftMs } = session;
  const { name, validate } = iteration;
  const producing = phaseOf("produce", name);
  requireStreams(session, streams, producing, new Date());
  const produced = await producePayload(session, producing, { iteration, until: streams.over });
  results.add(producing, explained(produced, streams));
  const producedAt = performance.now();
  const validating = phaseOf("validate", name);
  const { finished, tries } = await untilPassed(session, validating, {
    validation: validate,
    withinMs: Math.min(validate.withinSeconds * 1000, leftMs()),
    within: `within of the validation of "${name}"`,
    until: streams.over,
  });
  const latencySeconds =
    iteration.produce.kind === "notebook"
      ? Math.max(0, (endMs(finished.result) - endMs(produced.result)) / 1000)
      : (performance.now() - producedAt) / 1000;
  const details = finished.state === "succeeded" ? { tries, latencySeconds } : { tries };
  if (finished.state === "succeeded")
    session.host.log.line(`${validating.name}: visible after ${duration(latencySeconds)}`);
  results.add(validating, explained(finished, streams), details);
}

/** By the clock of Databricks, which both runs have in common. */
function endMs({ startedOn, durationSeconds }: NotebookResult): number {
  return startedOn.getTime() + durationSeconds * 1000;
}

/** Cancels the job and judges it. The result is recorded whatever came before. */
async function endStreams(session: Session, streams: StreamRun, startedOn: Date): Promise<void> {
  const { host, databricks, live, results } = session;
  await streams.stop();
  if (host.signal.aborted) return; // the step's own clean-up cancels the run, and has little time
  const wasAlive = !streams.over.aborted;
  try {
    const isOver = streams.last !== undefined && runPhase(streams.last).ended;
    const alive = isOver
      ? []
      : await cancelRuns(databricks, { runIds: [streams.runId], timeoutMs: cancelTimeoutMs });
    const died = wasAlive ? undefined : streams.last;
    const run = died ?? (await databricks.runs.get({ run_id: streams.runId }));
    if (alive.length === 0) live.ended(streams.runId);
    if (alive.length > 0) {
      const message = `it was cancelled but has not ended after ${duration(cancelTimeoutMs / 1000)}`;
      return add(ended(session, job, { state: "failed", startedOn, message, url: streams.url }));
    }
    const judged = await judgeStreams(session, streams, { run, startedOn, wasAlive });
    add(judged.finished, judged.streams);
  } catch (error) {
    if (!(error instanceof RequestError)) throw error;
    add(
      ended(session, job, { state: "failed", startedOn, message: clause(error.message), url: streams.url }),
    );
  }

  function add(finished: FinishedRun, spans: Awaited<ReturnType<typeof judgeStreams>>["streams"] = []): void {
    const { message, url } = finished.result;
    const lived = duration(finished.result.durationSeconds);
    host.log.outside(
      finished.state === "succeeded"
        ? `${job.name}: ran for ${lived} until this step cancelled it, ${url}`
        : `${job.name}: failed after ${lived}: ${message}, ${url}`,
    );
    results.add(job, finished, { streams: spans });
  }
}

/** Fails the phase if the streams have ended, or the step is cancelled: nothing could be tested any more. */
function requireStreams(session: Session, streams: StreamRun, phase: Phase, startedOn: Date): void {
  if (!streams.over.aborted && !session.host.signal.aborted) return;
  const message = streams.over.aborted ? streamsEnded : "this step was cancelled";
  session.results.add(phase, ended(session, phase, { state: "canceled", startedOn, message }));
}

/** A run that was cut short because the streams had ended, with this reason. */
function explained(finished: FinishedRun, streams: StreamRun): FinishedRun {
  if (finished.state !== "canceled" || !streams.over.aborted) return finished;
  return { ...finished, result: { ...finished.result, message: streamsEnded } };
}

/** The end of a phase that is not one run of a notebook. */
function ended(
  { results }: Session,
  phase: Phase,
  {
    state,
    startedOn,
    message,
    url,
  }: { state: FinishedRun["state"]; startedOn: Date; message?: string; url?: string },
): FinishedRun {
  return {
    state,
    result: {
      name: results.nameOf(phase),
      outcome: state === "succeeded" ? "passed" : state === "failed" ? "failed" : "skipped",
      startedOn,
      durationSeconds: (Date.now() - startedOn.getTime()) / 1000,
      cases: [],
      ...(message === undefined ? {} : { message }),
      ...(url === undefined ? {} : { url }),
    },
  };
}
