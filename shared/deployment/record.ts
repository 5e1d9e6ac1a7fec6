import { packageNameProblem, packageVersionProblem } from "../notebook/artifact/identity.ts";
import { pathProblem } from "../notebook/artifact/paths.ts";
import { isFabricId, itemNameProblem, parseFabricPath } from "./fabric-path.ts";

/** The name of the record in the root of each deployed folder. */
export const recordFile = "notebook-ops-deployment.json";
/** The folder beside it with the published bytes of the notebooks that cannot be restored byte by byte from their export. */
export const originalsFolder = ".notebook-ops-originals";
/** The extension of the files in that folder, which must remain plain files in the workspace. */
export const originalExtension = ".original";
const recordSchema = "notebook-ops/deployment/1";

/**
 * What is deployed in a folder, or in a Fabric workspace. It is a file in that folder, or a notebook in that workspace, and an attachment of
 * the build. Everyone who may write to the folder may change it, so it says which objects deployments put there, but does not prove what they
 * contain.
 */
export interface DeploymentRecord {
  schema: typeof recordSchema;
  /** "deploying" from the first change of the folder to the last, while it may contain objects of two versions. */
  state: "deploying" | "deployed";
  environment: string;
  /** Absolute path of the folder; in Fabric as formatFabricPath writes it. */
  workspaceFolder: string;
  artifact: { name: string; version: string; digest: string };
  /** ISO 8601. */
  deployedOn: string;
  buildId?: string;
  /** Every object that deployments put into the folder. Other objects in it belong to others. */
  objects: DeployedObject[];
}

export interface DeployedObject {
  /** Path in the folder; in Fabric the name of the item. */
  path: string;
  /** Path of the file in the artifact, whose extension says in which format it was imported. */
  file: string;
  sha256: string;
  /** In Fabric the id of the item; absent while a deployment is about to create it. */
  itemId?: string;
}

export function newRecord(details: Omit<DeploymentRecord, "schema">): DeploymentRecord {
  return { schema: recordSchema, ...details };
}

export function formatRecord(record: DeploymentRecord): string {
  return `${JSON.stringify(record, undefined, 2)}\n`;
}

/** The path in the folder of the file with the published bytes of a notebook. */
export function originalPath(sha256: string): string {
  return `${originalsFolder}/${sha256}${originalExtension}`;
}

/** Whether a text is the name of an environment. It must be readable and fit into the name of an attachment. */
export function isEnvironment(text: string): boolean {
  return /^[A-Za-z0-9][A-Za-z0-9 ._-]{0,63}$/.test(text);
}

/** Parses a record, which anyone may have changed. Undefined unless every field has a value that a deployment could have written. */
export function parseRecord(content: string): DeploymentRecord | undefined {
  try {
    const { schema, state, environment, workspaceFolder, artifact, deployedOn, buildId, objects } =
      JSON.parse(content) as DeploymentRecord;
    const { name, version, digest } = artifact;
    const fabricPath = parseFabricPath(workspaceFolder);
    const isFabric = fabricPath?.packageName === name && isFabricId(fabricPath.workspace);
    const isOurs =
      schema === recordSchema &&
      (state === "deployed" || state === "deploying") &&
      isEnvironment(environment) &&
      (workspaceFolder.startsWith("/") || isFabric) &&
      packageNameProblem(name) === undefined &&
      packageVersionProblem(version) === undefined &&
      /^sha256:[0-9a-f]{64}$/.test(digest) &&
      /^\d{4}-\d\d-\d\dT[\d:.]{8,12}Z$/.test(deployedOn) &&
      !Number.isNaN(Date.parse(deployedOn)) &&
      (buildId === undefined || /^[\w.-]{1,64}$/.test(buildId)) &&
      objects.every(isFabric ? isItem : isObject);
    if (!isOurs) return undefined;
    return newRecord({
      state,
      environment,
      workspaceFolder,
      artifact: { name, version, digest },
      deployedOn,
      buildId,
      objects: objects.map(({ path, file, sha256, itemId }) => ({
        path,
        file,
        sha256,
        ...(isFabric && itemId !== undefined ? { itemId } : {}),
      })),
    });
  } catch {
    return undefined; // not JSON, or a field is missing or of another type
  }
}

/** Whether a value is an entry of `objects`. The record itself must not be one, since it is written first and last. */
function isObject({ path, file, sha256 }: DeployedObject): boolean {
  return (
    path !== recordFile &&
    pathProblem(path) === undefined &&
    pathProblem(file) === undefined &&
    /^[0-9a-f]{64}$/.test(sha256)
  );
}

/** Whether a value is an entry of `objects` in Fabric, whose items may have any name of one line. */
function isItem({ path, file, sha256, itemId }: DeployedObject): boolean {
  return (
    itemNameProblem(path) === undefined &&
    pathProblem(file) === undefined &&
    /^[0-9a-f]{64}$/.test(sha256) &&
    (itemId === undefined || isFabricId(itemId))
  );
}
