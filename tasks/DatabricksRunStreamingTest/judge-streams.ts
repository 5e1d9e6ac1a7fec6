import type { Run } from "../../shared/databricks/api/runs.ts";
import { runOutcome } from "../../shared/databricks/runs/run-outcome.ts";
import { lastAttempts, runPhase } from "../../shared/databricks/runs/run-state.ts";
import { deadTask, type StreamRun } from "../../shared/databricks/streaming/stream-run.ts";
import { completedResult } from "../../shared/reporting/runs/attempt-result.ts";
import type { FinishedRun } from "../../shared/results/finished-run.ts";
import type { StreamingPhase } from "../../shared/results/streaming-phase.ts";
import { clause } from "../../shared/text/could-not.ts";
import { job } from "./phases.ts";
import type { Session } from "./session.ts";

const endedByItself =
  "it ended by itself, although its streams were to run until the end of the test; let its notebooks wait for their streams, for example by spark.streams.awaitAnyTermination()";

/** How the life of the job is judged, and the times of its tasks. */
export interface JudgedStreams {
  finished: FinishedRun;
  streams: NonNullable<StreamingPhase["streams"]>;
}

/**
 * Judges the run of the job after it has ended. It passes only if its streams ran until this step cancelled it.
 * @param run as it was last read
 * @param options.wasAlive whether the step cancelled it while all streams were running
 * @param options.notEnded why it runs on although this step is done with it, as the end of a sentence
 */
export async function judgeStreams(
  session: Session,
  streams: StreamRun,
  {
    run,
    startedOn,
    wasAlive,
    notEnded,
  }: { run: Run | undefined; startedOn: Date; wasAlive: boolean; notEnded?: string },
): Promise<JudgedStreams> {
  const base = resultOf(session, streams, startedOn);
  const spans = run === undefined ? [] : streamsOf(session, run);
  if (run === undefined || streams.failure !== undefined)
    return {
      finished: failed(base, clause(streams.failure?.message ?? "its state is not known")),
      streams: spans,
    };
  if (wasAlive && notEnded !== undefined) return { finished: failed(base, notEnded), streams: spans };
  if (wasAlive && wasCanceled(run) && streams.finishedTask(run) === undefined)
    return {
      finished: streams.hasRun ? { ...base, state: "succeeded" } : neverRan(base),
      streams: spans,
    };
  const death = await deathOf(session, streams, run, base);
  if (!wasAlive) return { finished: death, streams: spans };
  const message = `a stream ended after the last validation, before the job was cancelled: ${death.result.message}`;
  return { finished: { ...death, result: { ...death.result, message } }, streams: spans };
}

/** Why the run ended, with the error and the trace of the stream that ended it. */
async function deathOf(
  session: Session,
  streams: StreamRun,
  run: Run,
  base: FinishedRun,
): Promise<FinishedRun> {
  const { databricks, outputs, quietOutputs, host, plan, results } = session;
  const name = results.nameOf(job);
  const { timedOut } = runPhase(run);
  const finished = streams.finishedTask(run);
  const dead = timedOut ? undefined : wasCanceled(run) ? finished : (deadTask(run) ?? finished);
  const subject = dead !== undefined && lastAttempts(run).length > 1 ? `task ${dead.task_key}: ` : "";
  let outputRunId = dead?.run_id ?? run.run_id;
  const outcome = await runOutcome(
    databricks,
    {
      state: "ended",
      url: streams.url,
      durationMs: base.result.durationSeconds * 1000,
      // The run and its other tasks say nothing about the death of this one: they may still be running, or have been cancelled because of it.
      run: dead === undefined ? run : { ...run, state: dead.state, status: dead.status, tasks: [dead] },
    },
    { work: { kind: "job", id: 0, parameterNames: [] }, timeoutMs: session.inputs.timeoutMinutes * 60_000 },
    (runId) => {
      outputRunId = runId;
      return quietOutputs.read(name, runId);
    },
  );
  if (outcome.state === "succeeded") return failed(base, `${subject}${endedByItself}`);
  if (outcome.output?.trace && !outcome.wasCanceled) host.log.outside(outcome.output.trace);
  const page = await outputs.export(name, outputRunId);
  const { job: definition } = plan.definition;
  const notebook =
    definition.kind === "created"
      ? definition.tasks.find(({ key }) => key === dead?.task_key)?.notebook
      : undefined;
  const file = notebook === undefined ? undefined : session.notebooks.get(notebook)?.file;
  const completed = completedResult(
    { ...base.result, ...(file ? { file } : {}) },
    outcome,
    page,
    (exported) => outputs.keepExport(exported),
  );
  const { startedOn, durationSeconds } = base.result;
  return {
    ...base,
    state: "failed",
    result: {
      ...completed,
      outcome: "failed",
      startedOn,
      durationSeconds,
      message: `${subject}${completed.message ?? "it ended"}`,
    },
  };
}

function resultOf({ results }: Session, streams: StreamRun, startedOn: Date): FinishedRun {
  return {
    state: "failed",
    runId: String(streams.runId),
    result: {
      name: results.nameOf(job),
      outcome: "passed",
      startedOn,
      durationSeconds: (Date.now() - startedOn.getTime()) / 1000,
      url: streams.url,
      cases: [],
    },
  };
}

/** The phase `ready` says why, and has failed. */
function neverRan(base: FinishedRun): FinishedRun {
  const message = "this step cancelled it before all of its tasks ran";
  return { ...base, state: "canceled", result: { ...base.result, outcome: "skipped", message } };
}

function failed(base: FinishedRun, message: string): FinishedRun {
  return { ...base, state: "failed", result: { ...base.result, outcome: "failed", message } };
}

/** Whether a run ended by being cancelled, and by nothing else: all attempts of its tasks were cancelled, or had done their work before. */
function wasCanceled(run: Run): boolean {
  return runPhase(run).canceled && (run.tasks ?? []).every((task) => endedWell(task));
}

function endedWell(task: Parameters<typeof runPhase>[0]): boolean {
  const { canceled, succeeded, name } = runPhase(task);
  return canceled || succeeded || name === "EXCLUDED" || name === "DISABLED";
}

function streamsOf({ plan }: Session, run: Run): JudgedStreams["streams"] {
  const { job: definition } = plan.definition;
  const tasks = definition.kind === "created" ? definition.tasks : [];
  const nameOf = (key: string) => (tasks.length === 1 ? tasks[0]!.notebook : key);
  return lastAttempts(run).flatMap((task) => {
    const { start_time = 0, setup_duration = 0, end_time = 0 } = task;
    if (start_time === 0) return [];
    const startMs = start_time + setup_duration;
    const durationSeconds = Math.max(0, ((end_time || Date.now()) - startMs) / 1000);
    const outcome = endedWell(task) ? "passed" : "failed";
    return [{ name: nameOf(task.task_key), startedOn: new Date(startMs), durationSeconds, outcome } as const];
  });
}
