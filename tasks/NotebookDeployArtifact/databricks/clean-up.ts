import { independently } from "../../../shared/concurrency/independent.ts";
import { connectDatabricks } from "../../../shared/databricks/connection.ts";
import type { TaskHost } from "../../../shared/task/host.ts";
import { restoreFinalRecord } from "./final-record.ts";
import { journalKeys } from "./journal.ts";
import { readSite, undoDeployment } from "./undo.ts";

/** Undoes a deployment to Databricks that has not completed, in the post-job step. */
export async function cleanUpDatabricks(host: TaskHost): Promise<void> {
  if (readSite(host.journal) === undefined && host.journal.read(journalKeys.record) === undefined) return;
  const databricks = connectDatabricks(host);
  await independently([
    () => undoDeployment(databricks, host, { isLast: true }),
    () => restoreFinalRecord(databricks, host),
  ]);
}
