import { RequestError } from "../../http/errors.ts";
import { completedResult, judge, logOutcome, type PassRules } from "../../reporting/runs/attempt-result.ts";
import type { ExitOutputs } from "../../reporting/runs/exit-outputs.ts";
import type { NotebookOutput, RunOutcome } from "../../reporting/runs/run-outcome.ts";
import type { ExitValueReading } from "../../results/exit-value.ts";
import type { FinishedRun } from "../../results/finished-run.ts";
import type { NotebookResult } from "../../results/notebook-result.ts";
import type { TestMarks } from "../../results/test-case.ts";
import type { TaskHost } from "../../task/host.ts";
import { StateLog } from "../../task/state-log.ts";
import { clause } from "../../text/could-not.ts";
import { duration } from "../../text/duration.ts";
import { shortened } from "../../text/shortened.ts";
import type { Item } from "../api/items.ts";
import type { ItemId, JobInstance, NotebookRunRequest, StartedJob } from "../api/jobs.ts";
import type { FabricClient } from "../connection.ts";
import { awaitJob, executionOf, type JobEnd } from "../jobs/await-job.ts";
import { cancelJob } from "../jobs/cancel-jobs.ts";
import { driverTrace, errorOf } from "../jobs/driver-trace.ts";
import { notebookRunPage } from "../jobs/run-page.ts";

/** How long a run that took too long may take to end after it was cancelled. */
const cancelTimeoutMs = 30_000;
const maxTrace = 64 * 1024;

/** A notebook that is about to run. */
export interface PlannedNotebook {
  /** As the log and the report name it. */
  name: string;
  /** Path in the repository, slash-separated; undefined if the notebook is not from this repository. */
  file?: string;
  item: Item;
  marks?: TestMarks;
}

/** The end of one attempt. `isFinal` if another attempt would be wrong: it did not fail, or its run may still be alive. */
interface AttemptEnd {
  finished: FinishedRun;
  isFinal: boolean;
}

/** Starts the runs of a step, and knows which of them may be alive. */
export interface NotebookStarter {
  start(
    item: Item,
    request: NotebookRunRequest,
    options: { name: string; timeoutMs: number; onPause: (error: RequestError, delayMs: number) => void },
  ): Promise<StartedJob>;
  /** Called when a run has ended. */
  ended?(id: string): void;
}

/** What the notebooks of a step have in common. */
export interface NotebookRunOptions extends PassRules {
  workspaceId: string;
  notebooks: NotebookStarter;
  request: NotebookRunRequest;
  timeoutMs: number;
  outputs: ExitOutputs;
  /** Reads the tests that an exit value reports. */
  readTests: (name: string, exitValue: string | undefined) => Promise<ExitValueReading>;
  onRun?: (runId: string) => void;
  onUrl?: (url: string) => void;
}

/** Runs a notebook of the workspace, and logs how it ended. A failure is a result, not an exception. */
export async function runNotebook(
  host: TaskHost,
  fabric: FabricClient,
  planned: PlannedNotebook,
  options: NotebookRunOptions,
): Promise<FinishedRun> {
  return (await runAttempt(host, fabric, planned, options)).finished;
}

/**
 * Runs a notebook once.
 * @param options.remarks what the line about the end says after the state
 */
export async function runAttempt(
  host: TaskHost,
  fabric: FabricClient,
  planned: PlannedNotebook,
  options: NotebookRunOptions & { remarks?: (state: FinishedRun["state"]) => string },
): Promise<AttemptEnd> {
  const { name, file, marks } = planned;
  const { workspaceId, outputs } = options;
  const subject = outputs.subject(name);
  const result: NotebookResult = {
    name,
    ...(file ? { file } : {}),
    ...(marks ? { marks } : {}),
    outcome: "skipped",
    startedOn: new Date(),
    durationSeconds: 0,
    cases: [],
  };
  const canceledBefore: AttemptEnd = {
    finished: { state: "canceled", result: { ...result, message: "this step was cancelled before it ran" } },
    isFinal: true,
  };
  if (host.signal.aborted) return canceledBefore;
  let job: StartedJob | undefined;
  try {
    job = await start(host, planned, options);
    const id = job.id;
    options.onRun?.(id);
    const place = { workspaceId, itemId: planned.item.id };
    const page = notebookRunPage(fabric.addresses, place, id);
    const url = (instance?: JobInstance) => snapshotUrl(instance) || page;
    result.url = url();
    options.onUrl?.(result.url);
    const end = await awaitJob({
      job,
      read: () => fabric.jobs.getNotebookRun(place, id),
      subject,
      url,
      timeoutMs: options.timeoutMs,
      log: host.log,
      signal: host.signal,
    });
    const isOver =
      end.state !== "timedOut" ||
      (await cancelJob(fabric.jobs, { item: place, id, timeoutMs: cancelTimeoutMs, log: host.log }));
    const output = end.state === "canceled" ? undefined : await outputOf(name, end.instance, options);
    const trace =
      end.state === "failed" && end.instance?.status === "Failed"
        ? await driverTrace(fabric, { owner: "notebooks", item: place, jobInstanceId: id, log: host.log })
        : undefined;
    const outcome = judge(
      outcomeOf(end, url(end.instance), output && withTrace(output, trace, outputs)),
      options,
      "notebookutils.notebook.exit",
    );
    if (outcome.url !== result.url) options.onUrl?.(outcome.url);
    if (outcome.state !== "canceled" && isOver) options.notebooks.ended?.(id);
    const remarks = options.remarks?.(outcome.state) ?? "";
    logOutcome(host, `${subject}: ${outcome.state}${remarks}`, outcome, { withTrace: true });
    return {
      finished: {
        state: outcome.state,
        runId: id,
        result: completedResult(result, outcome, undefined, noExport),
      },
      isFinal: outcome.state !== "failed" || outcome.isAlive === true || outcome.wasCanceled === true,
    };
  } catch (error) {
    if (!(error instanceof RequestError)) throw error;
    if (host.signal.aborted && job === undefined) return canceledBefore;
    host.log.outside(`${subject}: ${error.message}`);
    if (job !== undefined) await cancelLost(host, fabric, { workspaceId, itemId: planned.item.id }, job);
    return {
      finished: {
        state: "failed",
        ...(job === undefined ? {} : { runId: job.id }),
        result: { ...result, outcome: "failed", message: clause(error.message) },
      },
      // The run may be alive if it was started, or if the answer to its start was not clear.
      isFinal: job !== undefined || error.ambiguous,
    };
  }
}

/** Cancels a run that cannot be followed any more, and would go on when its notebook is deleted. */
async function cancelLost(
  host: TaskHost,
  fabric: FabricClient,
  item: ItemId,
  { id }: StartedJob,
): Promise<void> {
  await cancelJob(fabric.jobs, { item, id, timeoutMs: cancelTimeoutMs, log: host.log }).catch((error) => {
    if (!(error instanceof RequestError)) throw error;
    host.log.outside(error.message);
  });
}

function start(
  host: TaskHost,
  { name, item }: PlannedNotebook,
  { notebooks, request, timeoutMs, outputs }: NotebookRunOptions,
): Promise<StartedJob> {
  const states = new StateLog(host.log, outputs.subject(name));
  const startMs = performance.now();
  return notebooks.start(item, request, {
    name,
    timeoutMs,
    onPause: ({ status, errorCode, cameBack }, delayMs) =>
      states.show({
        state:
          status === 430 || errorCode === "TooManyRequestsForCapacity"
            ? "waiting for capacity"
            : "waiting to be started",
        message: `Fabric ${cameBack}; next attempt in ${duration(delayMs / 1000)}`,
        elapsedMs: performance.now() - startMs,
      }),
  });
}

/** The address that Fabric itself gives to the page of a run. */
function snapshotUrl(instance: JobInstance | undefined): string | undefined {
  return instance?.properties?.computeDetails?.monitoringInfo?.executionSnapshotUrl;
}

async function outputOf(
  name: string,
  instance: JobInstance | undefined,
  { outputs, readTests }: NotebookRunOptions,
): Promise<NotebookOutput> {
  const value = instance?.properties?.exitValue ?? instance?.exitValue ?? undefined;
  return outputs.take(name, value, () => readTests(name, value));
}

function outcomeOf(end: JobEnd, url: string, output: NotebookOutput | undefined): RunOutcome {
  const execution = executionOf(end.instance);
  const common = {
    url,
    durationMs: end.durationMs,
    ...(execution ? { execution } : {}),
    ...(output ? { output } : {}),
  };
  switch (end.state) {
    case "succeeded":
      return { ...common, state: "succeeded" };
    case "canceled":
      return { ...common, state: "canceled", reason: end.reason };
    case "timedOut":
      return { ...common, state: "failed", reason: end.reason, isAlive: true };
    case "failed":
      return {
        ...common,
        state: "failed",
        reason: reasonWithDetail(end.reason, output?.trace),
        wasCanceled: end.wasCanceled,
      };
  }
}

function withTrace(output: NotebookOutput, trace: string | undefined, outputs: ExitOutputs): NotebookOutput {
  return trace === undefined ? output : { ...output, trace: shortened(outputs.masked(trace), maxTrace) };
}

/** Fabric mostly gives no more than a general sentence; the last line of the trace says what happened. */
function reasonWithDetail(reason: string, trace: string | undefined): string {
  const error = trace && errorOf(trace);
  if (error) return error;
  return /without detail error|gives no reason/.test(reason)
    ? `${reason}; set keepNotebooks to true and open the run in Fabric to see the cell that failed`
    : reason;
}

/** Fabric exports no notebook with its outputs. */
function noExport(): undefined {
  return undefined;
}
