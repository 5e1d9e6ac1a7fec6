import { poll } from "../../http/poll.ts";
import type { TaskHost } from "../../task/host.ts";
import { shortestInDocument } from "../../task/secret-mask.ts";
import { StateLog } from "../../task/state-log.ts";
import { duration } from "../../text/duration.ts";
import { shortened } from "../../text/shortened.ts";
import type { ItemId, ItemReference, StartedJob } from "../api/jobs.ts";
import type { FabricClient } from "../connection.ts";
import { awaitJob, executionOf } from "../jobs/await-job.ts";
import { driverTrace, errorOf } from "../jobs/driver-trace.ts";
import { sparkJobRunPage } from "../jobs/run-page.ts";
import type { EndedJob } from "./judge-run.ts";
import { LiveOutput } from "./live-output.ts";
import type { LiveTestRun } from "./live-test-run.ts";
import { runFiles } from "./remote-run.ts";
import { type RunResults, readResults } from "./run-results.ts";

const subject = "Spark tests";
const cancelTimeoutMs = 30_000;
/** A file may reach the lakehouse a moment after its job has ended. */
const lateFileMs = 5_000;
const maxTrace = 64 * 1024;

interface TestRunOptions {
  definition: ItemId;
  lakehouse: ItemReference;
  environment?: ItemReference;
  /** For the wait for capacity, and then for the run. */
  timeoutMs: number;
  onRun: (id: string) => void;
  onUrl: (url: string) => void;
}

/** How a run ended, and what it left. */
export interface TestRunEnd {
  id: string;
  url: string;
  startedOn: Date;
  durationMs: number;
  job: EndedJob;
  results: RunResults;
  /** What pip and pytest printed, or the trace of a job that failed before; only its end if it is long. */
  log?: string;
}

/** Starts the job of a run whose folder is complete, waits for its end and reads its results. */
export async function runTests(
  host: TaskHost,
  fabric: FabricClient,
  live: LiveTestRun,
  options: TestRunOptions,
): Promise<TestRunEnd> {
  const { definition, timeoutMs } = options;
  const startedOn = new Date();
  const started = await start(host, fabric, live, options);
  const { id } = started;
  options.onRun(id);
  const url = sparkJobRunPage(fabric.addresses, definition, id);
  options.onUrl(url);
  const output = new LiveOutput(live.folder, host);
  const end = await awaitJob({
    job: started,
    read: () => fabric.jobs.get(definition, id),
    subject,
    url: () => url,
    onAlive: () => output.look(),
    timeoutMs,
    log: host.log,
    signal: host.signal,
  });
  if (end.state === "timedOut") await live.cancel(cancelTimeoutMs);
  else if (end.state !== "canceled") live.ended();
  let job: EndedJob = end;
  if (end.state === "failed" && live.mayHaveOtherJobs)
    job = (await endOfOtherJob(host, live, timeoutMs - end.durationMs)) ?? job;
  const left: Pick<TestRunEnd, "results" | "log"> =
    end.state === "canceled" ? { results: { problems: [] } } : await readLeft(host, live, { job, output });
  const trace =
    job.state === "failed" && end.instance?.status === "Failed" && hasNothing(left.results)
      ? await traceOf(host, fabric, { definition, id })
      : undefined;
  if (trace) job = { ...job, reason: errorOf(trace) || job.reason };
  const execution = executionOf(end.instance);
  return {
    id,
    url,
    startedOn: execution?.startedOn ?? startedOn,
    durationMs: execution?.durationMs ?? end.durationMs,
    job,
    ...(trace ? { log: trace } : {}),
    ...left,
  };
}

function start(
  { log }: TaskHost,
  fabric: FabricClient,
  live: LiveTestRun,
  { definition, lakehouse, environment, timeoutMs }: TestRunOptions,
): Promise<StartedJob> {
  const states = new StateLog(log, subject);
  const startMs = performance.now();
  const request = {
    executableFile: live.folder.entryPointUri(fabric.addresses.oneLake),
    commandLineArguments: live.folder.mountedPath,
    defaultLakehouseId: lakehouse,
    ...(environment ? { environmentId: environment } : {}),
  };
  return live.start(definition, request, {
    timeoutMs,
    onPause: ({ kind, cameBack }, delayMs) =>
      states.show({
        state: kind === "throttled" ? "waiting for capacity" : "trying again to start them",
        message: `Fabric ${cameBack}; next attempt in ${duration(delayMs / 1000)}`,
        elapsedMs: performance.now() - startMs,
      }),
  });
}

/**
 * The end of a job that runs the tests although its start had no clear answer, so that the known job found the folder claimed. Undefined if
 * there is no such job.
 */
async function endOfOtherJob(
  { log, signal }: TaskHost,
  live: LiveTestRun,
  timeoutMs: number,
): Promise<EndedJob | undefined> {
  if ((await live.folder.read(runFiles.finished)) === undefined && !(await live.folder.isClaimed()))
    return undefined;
  log.line(
    `${subject}: another job of this step runs them, whose start had no clear answer; waiting for its results.`,
  );
  const waiting = await poll({
    check: () => live.folder.read(runFiles.finished),
    done: (content) => content !== undefined,
    timeoutMs: Math.max(0, timeoutMs),
    firstDelayMs: 2_000,
    maxDelayMs: 10_000,
    signal,
  });
  if (waiting.state === "aborted") return { state: "canceled", reason: "this step was cancelled" };
  if (waiting.state === "timedOut")
    return {
      state: "timedOut",
      reason: "it did not end in time and was cancelled; raise timeoutMinutes if it needs more time",
    };
  // Its state is not known, so that what it left decides.
  return { state: "succeeded" };
}

const hasNothing = ({ finished, events, junit, problems }: RunResults) =>
  finished === undefined && events === undefined && junit === undefined && problems.length === 0;

/** Fabric gives no more than a general sentence; the trace in the driver's log says why a job failed before its tests ran. */
async function traceOf(
  { log, secrets }: TaskHost,
  fabric: FabricClient,
  { definition, id }: { definition: ItemId; id: string },
): Promise<string | undefined> {
  const run = { owner: "sparkJobDefinitions", item: definition, jobInstanceId: id, log } as const;
  const trace = await driverTrace(fabric, run);
  if (trace === undefined) return undefined;
  // Masked before it is cut, since a part of a secret is not recognised.
  const shown = shortened(secrets.mask(trace, { shortest: shortestInDocument }), maxTrace);
  log.outside(shown);
  return shown;
}

async function readLeft(
  host: TaskHost,
  { folder }: LiveTestRun,
  { job, output }: { job: EndedJob; output: LiveOutput },
): Promise<Pick<TestRunEnd, "results" | "log">> {
  const waiting = await poll({
    check: () => folder.read(runFiles.finished),
    done: (content) => content !== undefined,
    timeoutMs: job.state === "timedOut" ? 0 : lateFileMs,
    signal: host.signal,
  });
  const [events, junit] = await Promise.all(
    [runFiles.events, runFiles.junit].map((name) => folder.read(name)),
  );
  const log = await output.finish();
  return { results: readResults({ finished: waiting.value, events, junit }), ...(log ? { log } : {}) };
}
