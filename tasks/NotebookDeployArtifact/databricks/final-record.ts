import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import type { DatabricksClient } from "../../../shared/databricks/connection.ts";
import { readRecord, writeRecord } from "../../../shared/databricks/folders/deployed-record.ts";
import { type DeploymentRecord, formatRecord } from "../../../shared/deployment/record.ts";
import { OpenRequests } from "../../../shared/intent/open-requests.ts";
import type { Journal, Log, TaskHost } from "../../../shared/task/host.ts";
import { journalKeys } from "./journal.ts";

const fileName = "deployed-record.json";

/**
 * Writes the record with the state "deploying". If an attempt has no clear answer it may still take effect after the final record was
 * written, so the journal counts it.
 */
export async function writeDeployingRecord(
  { journal }: Pick<TaskHost, "journal">,
  databricks: DatabricksClient,
  record: DeploymentRecord,
): Promise<void> {
  const open = new OpenRequests(journal, journalKeys.openRecord);
  const deploying: DeploymentRecord = { ...record, state: "deploying" };
  await writeRecord(databricks, record.workspaceFolder, deploying, () => open.doubt());
}

/**
 * Saves the final record on the agent for the post-job step, if a "deploying" record may still overwrite it. Returns whether it was saved.
 */
export async function saveFinalRecord(
  { journal }: Pick<TaskHost, "journal">,
  record: DeploymentRecord,
  tempFolder: string,
): Promise<boolean> {
  if (!new OpenRequests(journal, journalKeys.openRecord).any) return false;
  const file = path.join(tempFolder, fileName);
  await writeFile(file, formatRecord(record));
  journal.write(journalKeys.record, file);
  return true;
}

/** Writes the final record again if a "deploying" record of the same deployment has overwritten it. */
export async function restoreFinalRecord(
  databricks: DatabricksClient,
  { journal, log }: { journal: Journal; log: Log },
): Promise<void> {
  const file = journal.read(journalKeys.record);
  if (file === undefined) return;
  const record = JSON.parse(await readFile(file, "utf8")) as DeploymentRecord;
  const { workspaceFolder, deployedOn, buildId } = record;
  await new OpenRequests(journal, journalKeys.openRecord).settle(async () => {
    const found = await readRecord(databricks, workspaceFolder);
    const isLate =
      found?.state === "deploying" && found.deployedOn === deployedOn && found.buildId === buildId;
    if (!isLate) return 0;
    await writeRecord(databricks, workspaceFolder, record);
    log.line(`Wrote the record of ${workspaceFolder} again: a late request had overwritten it.`);
    return 1;
  });
}
