import { connectWorkspace } from "../../shared/databricks/connection.ts";
import { runStage, type TaskHost } from "../../shared/task/index.ts";
import { journalKeys, removeCluster } from "./journal.ts";

runStage(cleanUp);

async function cleanUp(host: TaskHost): Promise<void> {
  if (host.journal.read(journalKeys.intent) === undefined) return;
  if (host.booleanInput("keepCluster") && host.journal.read(journalKeys.ran) === "true") {
    host.log.line("Kept the cluster, as keepCluster asks; it ends by its own autotermination.");
    return;
  }
  await removeCluster(connectWorkspace(host), host);
}
