import { packageNameProblem } from "../notebook/artifact/identity.ts";
import { hasControlCharacter } from "../notebook/artifact/paths.ts";

/** Where an artifact is deployed in Microsoft Fabric. A workspace has no folders by name, but may have the notebooks of several packages. */
export interface FabricPath {
  /** Name or id. */
  workspace: string;
  packageName: string;
}

/** As the output DeployedPath and the records have it. */
export function formatFabricPath({ workspaceId, packageName }: { workspaceId: string; packageName: string }) {
  return `fabric://${workspaceId}/${packageName}`;
}

/** Undefined if a text is not the path of a deployment in Fabric. */
export function parseFabricPath(text: string): FabricPath | undefined {
  const [, workspace = "", packageName = ""] = /^fabric:\/\/(.+)\/([^/]+)$/.exec(text) ?? [];
  const isValid =
    workspace.trim() !== "" &&
    !hasControlCharacter(workspace) &&
    packageNameProblem(packageName) === undefined;
  return isValid ? { workspace: workspace.trim(), packageName } : undefined;
}

/** A GUID, as Fabric writes it. */
export function isFabricId(text: string): boolean {
  return /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(text);
}

/** The names of the notebooks with the record of a package, and with its lock. No notebook of an artifact may have such a name. */
export const recordPrefix = "notebook-ops-deployment-";
export const lockPrefix = "notebook-ops-lock-";

const maxNameLength = 256;

/** Why an artifact cannot have a notebook of this name in Fabric, as the rest of a sentence that begins with the name. */
export function itemNameProblem(name: string): string | undefined {
  if (name.trim() === "") return "is empty";
  if (name.length > maxNameLength) return `is longer than ${maxNameLength} characters`;
  if (hasControlCharacter(name)) return "has a control character";
  const reserved = [recordPrefix, lockPrefix].find((prefix) => name.toLowerCase().startsWith(prefix));
  return reserved && `begins with ${reserved}, as only notebooks that deployments themselves make do`;
}
