import { packageNameProblem, packageVersionProblem } from "../notebook/artifact/identity.ts";
import { pathProblem } from "../notebook/artifact/paths.ts";

/** In the root of each deployed folder. */
export const recordFile = "notebook-ops-deployment.json";
/** Beside it: the published bytes of the notebooks whose export cannot give them back. */
export const originalsFolder = ".notebook-ops-originals";
/** Extension of those files, which must stay plain files in the workspace. */
export const originalExtension = ".original";
const recordSchema = "notebook-ops/deployment/1";

/**
 * What is deployed where: a file of the folder, and an attachment of the build. Whoever may write to the folder may write it too: it
 * says which objects deployments put there, and is no evidence of what they contain.
 */
export interface DeploymentRecord {
  schema: typeof recordSchema;
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
  return { schema: recordSchema, ...details };
}

export function formatRecord(record: DeploymentRecord): string {
  return `${JSON.stringify(record, undefined, 2)}\n`;
}

/** Where a deployment keeps the published bytes of a notebook: a name made of their hash. */
export function originalPath(sha256: string): string {
  return `${originalsFolder}/${sha256}${originalExtension}`;
}

/** An environment's name is shown to people, and part of the name of an attachment. */
export function isEnvironment(text: string): boolean {
  return /^[A-Za-z0-9][A-Za-z0-9 ._-]{0,63}$/.test(text);
}

/** Reads a record that anyone may have written: undefined unless every name, version and path in it is one that we write. */
export function parseRecord(content: string): DeploymentRecord | undefined {
  try {
    const { schema, state, environment, workspaceFolder, artifact, deployedOn, buildId, objects } =
      JSON.parse(content) as DeploymentRecord;
    const { name, version, digest } = artifact;
    const isOurs =
      schema === recordSchema &&
      (state === "deployed" || state === "deploying") &&
      isEnvironment(environment) &&
      workspaceFolder.startsWith("/") &&
      packageNameProblem(name) === undefined &&
      packageVersionProblem(version) === undefined &&
      /^sha256:[0-9a-f]{64}$/.test(digest) &&
      /^\d{4}-\d\d-\d\dT[\d:.]{8,12}Z$/.test(deployedOn) &&
      (buildId === undefined || /^[\w.-]{1,64}$/.test(buildId)) &&
      objects.every(isObject);
    if (!isOurs) return undefined;
    return newRecord({
      state,
      environment,
      workspaceFolder,
      artifact: { name, version, digest },
      deployedOn,
      buildId,
      objects: objects.map(({ path, file, sha256 }) => ({ path, file, sha256 })),
    });
  } catch {
    return undefined; // not JSON, or a field is missing or of another type
  }
}

/** The record itself is not among the objects: it is written first and last. */
function isObject({ path, file, sha256 }: DeployedObject): boolean {
  return (
    path !== recordFile &&
    pathProblem(path) === undefined &&
    pathProblem(file) === undefined &&
    /^[0-9a-f]{64}$/.test(sha256)
  );
}
