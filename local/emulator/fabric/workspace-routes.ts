import { ok } from "../http/reply.ts";
import type { Route } from "../http/route.ts";
import { page } from "./paging.ts";
import type { DefineRoute } from "./route.ts";
import type { FabricWorkspace, FabricWorkspaces } from "./workspaces.ts";

/** Workspaces and the capacities on which they run. */
export function workspaceRoutes(route: DefineRoute, workspaces: FabricWorkspaces, origin: string): Route[] {
  return [
    route("GET", "/workspaces", "core/workspaces/list-workspaces", (request, { fabricRole }) =>
      page(request, fabricRole ? workspaces.all().map(shown) : []),
    ),
    route("GET", "/workspaces/{workspaceId}", "core/workspaces/get-workspace", (request, caller) => {
      const workspace = workspaces.get(request.parameter("workspaceId"), caller);
      const oneLakeEndpoints = { blobEndpoint: origin, dfsEndpoint: origin };
      return ok({ ...shown(workspace), ...assignment(workspace), oneLakeEndpoints });
    }),
    route("GET", "/capacities", "core/capacities/list-capacities", (request) =>
      page(
        request,
        workspaces.capacities.map((capacity) => ({ ...capacity, sku: "F2", region: "West Europe" })),
      ),
    ),
  ];
}

const shown = ({ id, displayName, description, capacity }: FabricWorkspace) => ({
  id,
  displayName,
  description,
  type: "Workspace",
  ...(capacity ? { capacityId: capacity.id } : {}),
});

const assignment = ({ capacity }: FabricWorkspace) =>
  capacity ? { capacityAssignmentProgress: "Completed", capacityRegion: "West Europe" } : {};
