import type { ItemReference } from "../../shared/fabric/api/jobs.ts";
import type { Workspace } from "../../shared/fabric/api/workspaces.ts";
import type { FabricClient } from "../../shared/fabric/connection.ts";
import { findItem, findLakehouse, findWorkspace } from "../../shared/fabric/find.ts";
import type { Inputs } from "./inputs.ts";

/** Where the tests run. */
export interface Places {
  workspace: Workspace;
  /** The workspace's page in the portal. */
  workspaceUrl: string;
  lakehouse: ItemReference;
  environment?: ItemReference;
}

/** Finds what the inputs name, before anything is created. */
export async function findPlaces(
  fabric: FabricClient,
  { workspace: name, lakehouse, environment }: Inputs,
): Promise<Places> {
  const workspace = await findWorkspace(fabric, name);
  const { displayName: _, ...found } = await findLakehouse(fabric, workspace, lakehouse);
  const places: Places = {
    workspace,
    workspaceUrl: `${fabric.addresses.portal}/groups/${workspace.id}`,
    lakehouse: found,
  };
  if (environment === undefined) return places;
  const { id } = await findItem(fabric, workspace, { type: "Environment", name: environment });
  return { ...places, environment: { referenceType: "ById", workspaceId: workspace.id, itemId: id } };
}
