import { ok } from "../http/reply.ts";
import type { JsonObject } from "../http/request.ts";
import type { Route } from "../http/route.ts";
import { fabricError, insufficientPrivileges, invalidInput } from "./errors.ts";
import type { Page } from "./paging.ts";
import { type DefineRoute, done } from "./route.ts";
import type { Capacity, FabricWorkspace, FabricWorkspaces } from "./workspaces.ts";

const region = "West Europe";

interface WorkspaceParts {
  workspaces: FabricWorkspaces;
  page: Page;
  origin: string;
  /** The address of OneLake. */
  oneLakeUrl: string;
  /** Called before a workspace is gone. */
  onRemove(workspace: FabricWorkspace): void;
}

/** Workspaces and the capacities on which they run. */
export function workspaceRoutes(
  route: DefineRoute,
  { workspaces, page, origin, oneLakeUrl, onRemove }: WorkspaceParts,
): Route[] {
  return [
    route("GET", "/workspaces", "core/workspaces/list-workspaces", (request, caller) => {
      const visible = workspaces.all().filter((workspace) => workspaces.roleOf(caller, workspace));
      return page(request, visible.map(shown));
    }),
    route("POST", "/workspaces", "core/workspaces/create-workspace", (request, caller) => {
      if (!caller.fabricRole) throw insufficientPrivileges();
      const body = request.json();
      const { displayName, description } = body;
      if (typeof displayName !== "string" || displayName === "")
        throw invalidInput("The displayName field is required");
      if (workspaces.named(displayName))
        throw fabricError(
          409,
          "WorkspaceNameAlreadyExists",
          `The workspace name ${displayName} already exists`,
        );
      const capacity = capacityOf(body, workspaces.capacities);
      const workspace = workspaces.add({
        name: displayName,
        description: typeof description === "string" ? description : "",
        capacity,
        creator: caller,
      });
      const location = `${origin}/v1/workspaces/${workspace.id}`;
      return { status: 201, headers: { location }, body: shown(workspace) };
    }),
    route("GET", "/workspaces/{workspaceId}", "core/workspaces/get-workspace", (request, caller) => {
      const workspace = workspaces.get(request.parameter("workspaceId"), caller, "Viewer");
      const oneLakeEndpoints = { blobEndpoint: oneLakeUrl, dfsEndpoint: oneLakeUrl };
      return ok({ ...shown(workspace), ...assignment(workspace), oneLakeEndpoints });
    }),
    route("DELETE", "/workspaces/{workspaceId}", "core/workspaces/delete-workspace", (request, caller) => {
      const workspace = workspaces.get(request.parameter("workspaceId"), caller, "Admin");
      onRemove(workspace);
      workspaces.remove(workspace);
      return done;
    }),
    route("GET", "/capacities", "core/capacities/list-capacities", (request) =>
      page(
        request,
        workspaces.capacities.map(({ id, displayName, state }) => ({
          id,
          displayName,
          sku: "F2",
          region,
          state,
        })),
      ),
    ),
  ];
}

function capacityOf({ capacityId }: JsonObject, capacities: readonly Capacity[]): Capacity | undefined {
  if (capacityId === undefined || capacityId === null) return undefined;
  const found = capacities.find(({ id }) => id === String(capacityId).toLowerCase());
  if (found) return found;
  throw fabricError(404, "CapacityNotFound", "The requested capacity was not found");
}

const shown = ({ id, displayName, description, capacity }: FabricWorkspace) => ({
  id,
  displayName,
  description,
  type: "Workspace",
  ...(capacity ? { capacityId: capacity.id } : {}),
});

const assignment = ({ capacity }: FabricWorkspace) =>
  capacity ? { capacityAssignmentProgress: "Completed", capacityRegion: region } : {};
