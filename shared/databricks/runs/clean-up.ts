import { independently } from "../../concurrency/independent.ts";
import { wait } from "../../http/wait.ts";
import type { TaskHost } from "../../task/host.ts";
import { connectDatabricks, type DatabricksClient } from "../connection.ts";
import { TemporaryUpload } from "../folders/temporary-upload.ts";
import { LiveRuns } from "./live-runs.ts";

/** How much of its 6 s a cancelled step gives to requests under way, and to the runs to end. */
const answerWithinMs = 1_500;
const cancelWithinMs = 2_500;
const answerMarginMs = 500;
const cancelAfterJobWithinMs = 60_000;

/** Waits for the work of a step; if the step is cancelled, cancels its runs and deletes its upload. */
export async function undoneOnCancel(
  host: TaskHost,
  databricks: DatabricksClient,
  step: { working: Promise<void>; live: LiveRuns; upload?: TemporaryUpload },
): Promise<void> {
  const { working, live, upload } = step;
  host.onCancel(async () => {
    await Promise.race([working.catch(() => undefined), wait(answerWithinMs)]);
    const canceling = live.cancelNow(databricks, host.log, cancelWithinMs);
    await independently([
      // A run that cannot be cancelled does not keep the folder from being deleted.
      () => Promise.race([canceling.catch(() => undefined), wait(cancelWithinMs + answerMarginMs)]),
      async () => upload?.delete(),
      () => canceling,
    ]);
  });
  await working;
}

/** The post-job stage of a task that runs something that it did not upload: cancels the runs that are alive. */
export async function cleanUpRuns(host: TaskHost): Promise<void> {
  const live = new LiveRuns(host.journal);
  if (live.hasBegun) await live.settle(connectDatabricks(host), host.log, cancelAfterJobWithinMs);
}

/** The same for a task that uploads notebooks, which it deletes unless the input `keepNotebooks` is true. */
export async function cleanUpNotebooks(host: TaskHost): Promise<void> {
  const { journal, log } = host;
  if (!TemporaryUpload.hasBegun(journal)) return cleanUpRuns(host);
  const isKept = host.booleanInput("keepNotebooks");
  if (isKept) log.line("Kept the uploaded notebooks, because keepNotebooks is true.");
  await independently([
    () => cleanUpRuns(host),
    async () => {
      if (!isKept) await new TemporaryUpload(connectDatabricks(host), host).settle();
    },
  ]);
}
