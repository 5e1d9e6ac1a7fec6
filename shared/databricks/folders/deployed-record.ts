import { type DeploymentRecord, formatRecord, parseRecord, recordFile } from "../../deployment/record.ts";
import { ifFound } from "../../http/if-found.ts";
import type { ImportRequest } from "../api/workspace.ts";
import type { DatabricksClient } from "../connection.ts";

/** Reads the record of a deployed folder. Undefined if it is missing or invalid: no object in the folder counts as deployed then. */
export async function readRecord(
  databricks: DatabricksClient,
  target: string,
): Promise<DeploymentRecord | undefined> {
  const content = await readText(databricks, `${target}/${recordFile}`);
  return content === undefined ? undefined : parseRecord(content);
}

/**
 * Writes the record of a deployed folder.
 * @param onDoubt called if an attempt may take effect later, and so overwrite a record that is written after it
 */
export async function writeRecord(
  { workspace }: DatabricksClient,
  target: string,
  record: DeploymentRecord,
  onDoubt?: () => void,
): Promise<void> {
  const request: ImportRequest = {
    path: `${target}/${recordFile}`,
    format: "RAW",
    content: Buffer.from(formatRecord(record)).toString("base64"),
    overwrite: true,
  };
  await workspace.import(request, onDoubt);
}

/** Reads a text file in the workspace. Undefined if there is no such file. */
export async function readText({ workspace }: DatabricksClient, path: string): Promise<string | undefined> {
  const content = await ifFound(workspace.export({ path, format: "AUTO" }));
  return content === undefined ? undefined : Buffer.from(content, "base64").toString("utf8");
}
