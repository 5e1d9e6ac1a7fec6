import { independently } from "../../shared/concurrency/independent.ts";
import { connectDatabricks } from "../../shared/databricks/connection.ts";
import { journalKeys } from "../../shared/databricks/runs/live-runs.ts";
import { folderRemoval, runCancellation } from "../../shared/databricks/runs/removal.ts";
import { OpenRequests } from "../../shared/intent/open-requests.ts";
import type { TaskHost } from "../../shared/task/host.ts";
import { runStage } from "../../shared/task/stage.ts";

const cancelWithinMs = 60_000;

runStage(cleanUp);

async function cleanUp(host: TaskHost): Promise<void> {
  const { journal, log } = host;
  const hasUploaded = journal.read(journalKeys.folder) !== undefined;
  if (!hasUploaded && journal.read(journalKeys.intent) === undefined) return;
  const databricks = connectDatabricks(host);
  const settled = (key: string, remove: () => Promise<number>) => () =>
    new OpenRequests(journal, key).settle(remove);
  const cancelRuns = settled(journalKeys.openRuns, runCancellation(databricks, host, cancelWithinMs));
  const deleteFolder = settled(journalKeys.openFolders, folderRemoval(databricks, host));
  const isKept = hasUploaded && host.booleanInput("keepNotebooks");
  if (isKept) log.line("Kept the uploaded notebooks, as keepNotebooks asks.");
  await independently(isKept ? [cancelRuns] : [cancelRuns, deleteFolder]);
}
