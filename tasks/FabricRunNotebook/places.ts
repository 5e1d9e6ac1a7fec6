import type { ItemReference } from "../../shared/fabric/api/jobs.ts";
import type { Workspace } from "../../shared/fabric/api/workspaces.ts";
import type { FabricClient } from "../../shared/fabric/connection.ts";
import { findItem, findLakehouse, findWorkspace } from "../../shared/fabric/find.ts";
import type { Inputs } from "./inputs.ts";

/** Where the notebooks run. */
export interface Places {
  workspace: Workspace;
  /** The workspace's page in the portal. */
  workspaceUrl: string;
  defaultLakehouse?: ItemReference & { displayName: string };
  environment?: ItemReference & { displayName: string };
  /** The default lakehouse, for reading its files. */
  lakehouse?: { workspaceId: string; itemId: string };
}

/** Finds what the inputs name, before anything is created. */
export async function findPlaces(
  fabric: FabricClient,
  { workspace: name, lakehouse, environment }: Inputs,
): Promise<Places> {
  const workspace = await findWorkspace(fabric, name);
  const places: Places = {
    workspace,
    workspaceUrl: `https://app.fabric.microsoft.com/groups/${workspace.id}`,
  };
  if (lakehouse !== undefined) {
    const found = await findLakehouse(fabric, workspace, lakehouse);
    places.lakehouse = { workspaceId: found.workspaceId, itemId: found.itemId };
    places.defaultLakehouse = found;
  }
  if (environment !== undefined) {
    const { id, displayName } = await findItem(fabric, workspace, { type: "Environment", name: environment });
    places.environment = { referenceType: "ById", workspaceId: workspace.id, itemId: id, displayName };
  }
  return places;
}
