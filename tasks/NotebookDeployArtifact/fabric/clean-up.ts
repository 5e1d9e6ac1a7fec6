import { independently } from "../../../shared/concurrency/independent.ts";
import { connectFabric } from "../../../shared/fabric/connection.ts";
import type { TaskHost } from "../../../shared/task/host.ts";
import { journalKeys, readSite } from "./journal.ts";
import { restoreFinalRecord } from "./record.ts";
import { undoDeployment } from "./undo.ts";

/** Undoes a deployment to Fabric that has not completed, in the post-job step. */
export async function cleanUpFabric(host: TaskHost): Promise<void> {
  if (readSite(host.journal) === undefined && host.journal.read(journalKeys.record) === undefined) return;
  const fabric = await connectFabric(host);
  await independently([
    () => undoDeployment(fabric, host, { isLast: true }),
    () => restoreFinalRecord(fabric, host),
  ]);
}
