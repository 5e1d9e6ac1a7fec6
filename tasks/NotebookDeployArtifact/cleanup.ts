import { connectWorkspace } from "../../shared/databricks/connection.ts";
import { runStage, type TaskHost } from "../../shared/task/index.ts";
import { readSite, undoDeployment } from "./undo.ts";

runStage(cleanUp);

async function cleanUp(host: TaskHost): Promise<void> {
  if (readSite(host.journal) !== undefined) {
    await undoDeployment(connectWorkspace(host), host, { isLast: true });
  }
}
