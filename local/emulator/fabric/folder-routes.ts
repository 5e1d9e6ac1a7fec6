import { randomUUID } from "node:crypto";
import { ok } from "../http/reply.ts";
import type { Route } from "../http/route.ts";
import { fabricError, folderNotFound, invalidInput } from "./errors.ts";
import { type ItemRequests, readFolderId } from "./item-requests.ts";
import type { Items } from "./items.ts";
import type { Page } from "./paging.ts";
import { type DefineRoute, done } from "./route.ts";
import type { FabricWorkspace, Folder } from "./workspaces.ts";

/** Folders of a workspace. */
export function folderRoutes(
  route: DefineRoute,
  { requests, items, page }: { requests: ItemRequests; items: Items; page: Page },
): Route[] {
  const base = "/workspaces/{workspaceId}/folders";
  const find = ({ folders }: FabricWorkspace, id: string): Folder => {
    const found = folders.find((folder) => folder.id === id.toLowerCase());
    if (found) return found;
    throw folderNotFound(id);
  };
  return [
    route("GET", base, "core/folders/list-folders", (request, caller) => {
      const workspace = requests.workspace(request, caller, "Viewer");
      const root = request.query.get("rootFolderId")?.toLowerCase();
      const isRecursive = request.query.get("recursive")?.toLowerCase() !== "false";
      const folders = workspace.folders.filter(
        ({ parentFolderId }) => parentFolderId === root || (isRecursive && root === undefined),
      );
      return page(
        request,
        folders.map((folder) => shown(workspace, folder)),
      );
    }),
    route("POST", base, "core/folders/create-folder", (request, caller) => {
      const workspace = requests.workspace(request, caller, "Contributor");
      const { displayName, parentFolderId: parent } = request.json();
      if (typeof displayName !== "string" || displayName === "")
        throw invalidInput("The displayName field is required");
      if (/[~"#.&*:<>?/\\{|}]/.test(displayName))
        throw fabricError(400, "InvalidFolderDisplayName", "The provided folder display name is invalid");
      const parentFolderId = readFolderId(parent, workspace);
      const isUsed = workspace.folders.some(
        (other) => other.displayName === displayName && other.parentFolderId === parentFolderId,
      );
      if (isUsed)
        throw fabricError(409, "FolderDisplayNameAlreadyInUse", "Folder display name is already used");
      const folder: Folder = { id: randomUUID(), displayName, ...(parentFolderId ? { parentFolderId } : {}) };
      workspace.folders.push(folder);
      return { status: 201, body: shown(workspace, folder) };
    }),
    route("GET", `${base}/{folderId}`, "core/folders/get-folder", (request, caller) => {
      const workspace = requests.workspace(request, caller, "Viewer");
      return ok(shown(workspace, find(workspace, request.parameter("folderId"))));
    }),
    route("DELETE", `${base}/{folderId}`, "core/folders/delete-folder", (request, caller) => {
      const workspace = requests.workspace(request, caller, "Contributor");
      const folder = find(workspace, request.parameter("folderId"));
      const isEmpty =
        !items.of(workspace).some(({ folderId }) => folderId === folder.id) &&
        !workspace.folders.some(({ parentFolderId }) => parentFolderId === folder.id);
      if (!isEmpty)
        throw fabricError(400, "FolderNotEmpty", "The requested folder was not empty.", {
          relatedResource: { resourceId: folder.id, resourceType: "Folder" },
        });
      workspace.folders.splice(workspace.folders.indexOf(folder), 1);
      return done;
    }),
  ];
}

const shown = ({ id }: FabricWorkspace, folder: Folder) => ({ ...folder, workspaceId: id });
