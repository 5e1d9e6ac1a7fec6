import { RequestError } from "../http/index.ts";
import type { DatabricksWorkspace } from "./connection.ts";

/** In the root of each deployed folder. */
export const RECORD_FILE = "notebook-ops-deployment.json";
const SCHEMA = "notebook-ops/deployment/1";

/** What is deployed where: a file of the folder, and an attachment of the build. */
export interface DeploymentRecord {
  schema: typeof SCHEMA;
  /** "deploying" from the first change of the folder to the last: its content is then of two versions. */
  state: "deploying" | "deployed";
  environment: string;
  workspaceFolder: string;
  artifact: { name: string; version: string; digest: string };
  /** ISO 8601. */
  deployedOn: string;
  buildId?: string;
  /** Every object that deployments put there, by its path in the folder; what else is there belongs to others. */
  objects: DeployedObject[];
}

export interface DeployedObject {
  path: string;
  /** Path of the file in the artifact, by whose extension its form is known. */
  file: string;
  sha256: string;
}

export function newRecord(details: Omit<DeploymentRecord, "schema">): DeploymentRecord {
  return { schema: SCHEMA, ...details };
}

export function formatRecord(record: DeploymentRecord): string {
  return `${JSON.stringify(record, undefined, 2)}\n`;
}

/** Undefined where the folder has none, or one that is not to be read: then all in it belongs to others. */
export async function readRecord(
  { workspace }: DatabricksWorkspace,
  target: string,
): Promise<DeploymentRecord | undefined> {
  const content = await readText(workspace, `${target}/${RECORD_FILE}`);
  if (content === undefined) return undefined;
  try {
    const record = JSON.parse(content) as DeploymentRecord;
    const { artifact, environment, objects } = record;
    const texts = [environment, artifact?.name, artifact?.version, artifact?.digest];
    const isRecord =
      record.schema === SCHEMA && Array.isArray(objects) && texts.every((text) => typeof text === "string");
    return isRecord ? record : undefined;
  } catch {
    return undefined;
  }
}

export async function writeRecord(
  { workspace }: DatabricksWorkspace,
  target: string,
  record: DeploymentRecord,
): Promise<void> {
  await workspace.import({
    path: `${target}/${RECORD_FILE}`,
    format: "RAW",
    content: Buffer.from(formatRecord(record)).toString("base64"),
    overwrite: true,
  });
}

/** A file's text, or undefined where there is none. */
export async function readText(
  workspace: DatabricksWorkspace["workspace"],
  path: string,
): Promise<string | undefined> {
  try {
    return Buffer.from(await workspace.export({ path, format: "AUTO" }), "base64").toString("utf8");
  } catch (error) {
    if (error instanceof RequestError && error.kind === "notFound") return undefined;
    throw error;
  }
}
