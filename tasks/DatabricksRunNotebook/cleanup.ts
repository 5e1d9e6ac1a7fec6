import { connectWorkspace } from "../../shared/databricks/connection.ts";
import { runStage, type TaskHost } from "../../shared/task/index.ts";
import { cancelJournaledRuns, deleteJournaledFolder, journalKeys } from "./journal.ts";

const cancelWithinMs = 60_000;

runStage(cleanUp);

async function cleanUp(host: TaskHost): Promise<void> {
  const uploaded = host.journal.read(journalKeys.folder) !== undefined;
  if (!uploaded && host.journal.read(journalKeys.intent) === undefined) return;
  const workspace = connectWorkspace(host);
  await cancelJournaledRuns(workspace, host, cancelWithinMs);
  if (uploaded && host.booleanInput("keepNotebooks"))
    host.log.line("Kept the uploaded notebooks, as keepNotebooks asks.");
  else await deleteJournaledFolder(workspace, host);
}
