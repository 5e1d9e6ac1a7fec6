import type { ItemReference } from "../api/jobs.ts";
import type { Workspace } from "../api/workspaces.ts";
import type { FabricClient } from "../connection.ts";
import { findItem, findLakehouse, findWorkspace } from "../find.ts";

/** What the inputs of a step name: names or ids. */
interface PlaceNames {
  workspace: string;
  /** Or `workspace/lakehouse`. */
  lakehouse?: string;
  environment?: string;
}

/** Where the notebooks of a step run. */
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
  { workspace: name, lakehouse, environment }: PlaceNames,
): Promise<Places> {
  const workspace = await findWorkspace(fabric, name);
  const places: Places = {
    workspace,
    workspaceUrl: `${fabric.addresses.portal}/groups/${workspace.id}`,
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
