import { independently } from "../../concurrency/independent.ts";
import { wait } from "../../http/wait.ts";
import type { TaskHost } from "../../task/host.ts";
import { connectDatabricks, type DatabricksClient } from "../connection.ts";
import { TemporaryUpload } from "../folders/temporary-upload.ts";
import { LiveRuns } from "./live-runs.ts";

/** How long a cancelled step, which has 6 s, waits for the answers to its pending requests. */
const pendingRequestsTimeoutMs = 1_500;
/** How long it then waits for its cancelled runs to end. */
const cancelTimeoutMs = 2_500;
const answerMarginMs = 500;
const postJobCancelTimeoutMs = 60_000;

/**
 * Waits for the work of a step. If the step is cancelled, its runs are cancelled.
 * @param step.removals what is removed then, besides: one after another, even if a run cannot be cancelled
 */
export async function undoOnCancel(
  host: TaskHost,
  databricks: DatabricksClient,
  step: { working: Promise<void>; live: LiveRuns; removals?: readonly (() => Promise<unknown>)[] },
): Promise<void> {
  const { working, live, removals = [] } = step;
  host.onCancel(async () => {
    await Promise.race([working.catch(() => undefined), wait(pendingRequestsTimeoutMs)]);
    const canceling = live.cancelNow(databricks, host.log, cancelTimeoutMs);
    await independently([
      () => Promise.race([canceling.catch(() => undefined), wait(cancelTimeoutMs + answerMarginMs)]),
      ...removals,
      () => canceling,
    ]);
  });
  await working;
}

type Connect = (host: TaskHost) => DatabricksClient | Promise<DatabricksClient>;

/** The post-job stage of a task that runs notebooks which it did not upload. Cancels the runs that have not ended. */
export async function cleanUpRuns(host: TaskHost, connect: Connect = connectDatabricks): Promise<void> {
  const live = new LiveRuns(host.journal);
  if (live.hasBegun) await live.settle(await connect(host), host.log, postJobCancelTimeoutMs);
}

/**
 * The post-job stage of a task that uploads and runs notebooks. Cancels the runs that have not ended, and deletes the upload unless the input
 * `keepNotebooks` is true.
 */
export async function cleanUpNotebooks(host: TaskHost, connect: Connect = connectDatabricks): Promise<void> {
  const { journal, log } = host;
  if (!TemporaryUpload.hasBegun(journal)) return cleanUpRuns(host, connect);
  const isKept = host.booleanInput("keepNotebooks");
  if (isKept) log.line("Kept the uploaded notebooks, because keepNotebooks is true.");
  let connection: ReturnType<Connect> | undefined;
  const connectOnce = () => {
    connection ??= connect(host);
    return connection;
  };
  await independently([
    () => cleanUpRuns(host, connectOnce),
    async () => {
      if (!isKept) await new TemporaryUpload(await connectOnce(), host).settle();
    },
  ]);
}
