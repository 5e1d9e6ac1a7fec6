import type { ServiceRequest } from "../http/request.ts";
import { managedPath, storageError } from "./errors.ts";
import type { OneLakeItem, OneLakeItems, OneLakeWorkspace } from "./items.ts";

/** A path inside an item. */
export interface ItemPath {
  readonly workspace: OneLakeWorkspace;
  readonly item: OneLakeItem;
  /** Below the item, such as `["Files", "data.csv"]`. */
  readonly segments: readonly string[];
  /** The item as the client wrote it, by name or id; lists name the paths in the same form. */
  readonly itemName: string;
}

const guid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

export function findWorkspace(request: ServiceRequest, items: OneLakeItems): OneLakeWorkspace {
  const found = items.workspace(request.parameter("workspace"));
  if (found) return found;
  throw storageError(request, 404, "WorkspaceNotFound", "The specified workspace does not exist."); // unconfirmed wording
}

/**
 * The item of a path, and the path in it.
 * @param path below the workspace, decoded: `Sales.Lakehouse/Files/data.csv`
 */
export function findPath(
  request: ServiceRequest,
  items: OneLakeItems,
  workspace: OneLakeWorkspace,
  path: string,
): ItemPath {
  const [itemName = "", ...segments] = segmentsOf(request, path);
  // Both are names or both are ids: https://learn.microsoft.com/fabric/onelake/onelake-access-api#uri-syntax
  if (guid.test(itemName) !== guid.test(request.parameter("workspace"))) {
    const message = "The workspace and the item must both be given by name, or both by id."; // unconfirmed wording
    throw storageError(request, 400, "InvalidUri", message);
  }
  const item = items.item(workspace, itemName);
  if (item) return { workspace, item, segments, itemName };
  throw storageError(request, 404, "ArtifactNotFound", "The specified item does not exist."); // unconfirmed wording
}

/** The segments of a path. Refuses those that lead out of their folder or that no file can have as its name. */
export function segmentsOf(request: ServiceRequest, path: string): string[] {
  const segments = path.split("/").filter(Boolean);
  const isOdd = (segment: string) =>
    segment === "." || segment === ".." || segment.includes("\0") || Buffer.byteLength(segment) > 255;
  if (!segments.some(isOdd) && !(process.platform === "win32" && path.includes("\\"))) return segments;
  throw storageError(request, 400, "InvalidUri", "The request URI is invalid.");
}

export function pathName({ itemName, segments }: Pick<ItemPath, "itemName" | "segments">): string {
  return [itemName, ...segments].join("/");
}

/** Refuses a change of an item or of a folder that Fabric manages. */
export function requireUserPath(request: ServiceRequest, path: ItemPath): void {
  if (path.segments.length < 2) throw managedPath(request, path.segments[0] ?? path.itemName);
}
