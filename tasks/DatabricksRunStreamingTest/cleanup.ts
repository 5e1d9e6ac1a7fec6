import { independently } from "../../shared/concurrency/independent.ts";
import { connectForCleanUp } from "../../shared/databricks/clean-up-connection.ts";
import { TemporaryUpload } from "../../shared/databricks/folders/temporary-upload.ts";
import { cleanUpRuns } from "../../shared/databricks/runs/clean-up.ts";
import { PayloadFiles } from "../../shared/databricks/streaming/payload-files.ts";
import { TestJob } from "../../shared/databricks/streaming/test-job.ts";
import type { TaskHost } from "../../shared/task/host.ts";
import { runAsTask } from "../../shared/task/run-as-task.ts";
import { cleanAfterJob, owesCleanAfter } from "./clean-after.ts";

runAsTask(cleanUp);

/** Removes what the step left: its runs first, so that nothing writes any more while the rest is cleaned. */
async function cleanUp(host: TaskHost): Promise<void> {
  if (!TemporaryUpload.hasBegun(host.journal)) return;
  const databricks = await connectForCleanUp(host);
  await independently([
    () => cleanUpRuns(host, () => databricks),
    async () => {
      if (TestJob.hasBegun(host.journal)) await new TestJob(databricks, host).settle();
    },
    async () => {
      if (owesCleanAfter(host.journal)) await cleanAfterJob(host, databricks);
    },
    async () => {
      if (PayloadFiles.hasBegun(host.journal)) await new PayloadFiles(databricks, host).settle();
    },
    () => new TemporaryUpload(databricks, host).settle(),
  ]);
}
