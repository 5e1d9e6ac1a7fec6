import { cancelRuns } from "../../shared/databricks/runs/cancel-runs.ts";
import { runPhase } from "../../shared/databricks/runs/run-state.ts";
import { startRun } from "../../shared/databricks/runs/submit-run.ts";
import { StreamRun } from "../../shared/databricks/streaming/stream-run.ts";
import { RequestError } from "../../shared/http/errors.ts";
import { intentPath, intentToken } from "../../shared/intent/intent.ts";
import { clause } from "../../shared/text/could-not.ts";
import { duration } from "../../shared/text/duration.ts";
import { withJob } from "./job.ts";
import { judgeStreams } from "./judge-streams.ts";
import { job } from "./phases.ts";
import type { Session } from "./session.ts";

const cancelTimeoutMs = 120_000;

/** Creates the job, or finds it, and starts it. */
export function startStreams(session: Session): Promise<StreamRun> {
  const { host, databricks, intent, live, results, leftMs } = session;
  return withJob(session, async ({ work, parameters }) => {
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
  });
}

/** Cancels the job, and records how its streams lived. Throws PhaseFailed if they ended before that. */
export async function endStreams(session: Session, streams: StreamRun, startedOn: Date): Promise<void> {
  const { host, results } = session;
  await streams.stop();
  if (host.signal.aborted) return; // the step's own clean-up cancels the run, and has little time
  try {
    const { finished, streams: spans } = await cancelAndJudge(session, streams, startedOn);
    const { durationSeconds, message, url } = finished.result;
    const lived = duration(durationSeconds);
    host.log.outside(
      finished.state === "succeeded"
        ? `${job.name}: ran for ${lived} until this step cancelled it, ${url}`
        : `${job.name}: ${finished.state} after ${lived}: ${message}, ${url}`,
    );
    results.add(job, finished, { streams: spans });
  } catch (error) {
    if (!(error instanceof RequestError)) throw error;
    host.log.outside(`${job.name}: failed: ${error.message}`);
    const message = clause(error.message);
    results.end(job, { state: "failed", startedOn, message, url: streams.url });
  }
}

async function cancelAndJudge(session: Session, streams: StreamRun, startedOn: Date) {
  const { databricks, live } = session;
  const wasAlive = !streams.over.aborted;
  const isOver = streams.last !== undefined && runPhase(streams.last).ended;
  const notEnded = isOver ? undefined : await cancel(session, streams.runId);
  if (notEnded === undefined) live.ended(streams.runId);
  // What was read before the cancellation tells more of a stream that has died than what is read after it.
  const run =
    wasAlive && notEnded === undefined ? await databricks.runs.get({ run_id: streams.runId }) : streams.last;
  return judgeStreams(session, streams, { run, startedOn, wasAlive, notEnded });
}

/** Cancels the run and waits for its end. Returns why it has not ended, as the end of a sentence. The post-job step then tries again. */
async function cancel({ databricks, host }: Session, runId: number): Promise<string | undefined> {
  try {
    const alive = await cancelRuns(databricks, { runIds: [runId], timeoutMs: cancelTimeoutMs });
    return alive.length > 0 ? "it was cancelled, but has not ended" : undefined;
  } catch (error) {
    if (!(error instanceof RequestError)) throw error;
    host.log.warning(error.message); // a stream that has died is what the result says
    return clause(error.message);
  }
}
