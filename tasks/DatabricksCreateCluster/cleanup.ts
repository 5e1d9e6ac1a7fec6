import { connectForCleanUp } from "../../shared/databricks/clean-up-connection.ts";
import { OpenRequests } from "../../shared/intent/open-requests.ts";
import type { TaskHost } from "../../shared/task/host.ts";
import { runAsTask } from "../../shared/task/run-as-task.ts";
import { clusterRemoval, journalKeys } from "./journal.ts";

runAsTask(cleanUp);

async function cleanUp(host: TaskHost): Promise<void> {
  const { journal, log } = host;
  if (journal.read(journalKeys.intent) === undefined) return;
  const open = new OpenRequests(journal, journalKeys.open);
  const isKept = host.booleanInput("keepCluster") && journal.read(journalKeys.ran) === "true";
  if (isKept) log.line("Kept the cluster, because keepCluster is true. Its autotermination will end it.");
  if (isKept && !open.any) return;
  const keptId = isKept ? journal.read(journalKeys.id) : undefined;
  await open.settle(clusterRemoval(await connectForCleanUp(host), host, keptId));
}
