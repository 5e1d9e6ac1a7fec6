import path from "node:path/posix";
import { ifFound } from "../../http/if-found.ts";
import type { ObjectInfo, WorkspaceApi } from "../api/workspace.ts";
import { deleteObject } from "./workspace-folders.ts";

/** The object ids of a folder and of the folders above it, by path, deepest first. Undefined for a folder that does not exist. */
type FolderIds = ReadonlyMap<string, number | undefined>;

/** The folder of one step's upload is named after the id of its intent. */
const uploadName = /^[0-9a-f]{12}$/;
/** A marker is an empty folder whose name says how many folders the build created: the shared folder and those above it. */
const markerName = /^notebook-ops-made-(\d+)$/;
const maxAttempts = 5;

export async function folderIds(workspace: WorkspaceApi, folder: string): Promise<FolderIds> {
  const folders: string[] = [];
  for (let current = folder; current !== "/"; current = path.dirname(current)) folders.push(current);
  return new Map(
    await Promise.all(folders.map(async (path) => [path, await objectId(workspace, path)] as const)),
  );
}

/** The id of an object in the workspace. Undefined if there is no such object. */
export async function objectId(workspace: WorkspaceApi, path: string): Promise<number | undefined> {
  return (await ifFound(workspace.getStatus({ path })))?.object_id;
}

/**
 * The folders that did not exist before, or that have another id now, deepest first. Only the pipeline can have created them.
 * `before` is compared with itself to find the folders that are yet to be created.
 */
export function createdSince(before: FolderIds, after: FolderIds): string[] {
  const created: string[] = [];
  for (const [folder, id] of before) {
    if (id !== undefined && id === after.get(folder)) break;
    created.push(folder);
  }
  return created;
}

/**
 * Leaves a folder that steps of a build share, in which each has its upload in a folder of its own. The last step deletes the shared folder
 * and the folders above it that the build created, if they are empty. A step that created folders and finds other uploads in the shared
 * folder leaves a marker there, so that the last step knows how many to delete. A folder that existed before the build gets no marker and
 * is not deleted.
 * @param created the folders that this step created: `folder` and folders above it, deepest first
 */
export async function leaveSharedFolder(
  workspace: WorkspaceApi,
  folder: string,
  created: readonly string[],
): Promise<void> {
  let levels = created.length;
  for (let attempt = 0; attempt < maxAttempts; attempt++) {
    const objects = await workspace.list({ path: folder });
    const markers = objects.filter(isMarker);
    const markedLevels = Math.max(0, ...markers.map(levelsOf));
    levels = Math.max(levels, markedLevels);
    if (levels === 0) return;
    const others = objects.filter((object) => !isMarker(object));
    if (others.length > 0) {
      if (markedLevels === levels || !others.some(isUpload)) return;
      await workspace.mkdirs({ path: `${folder}/notebook-ops-made-${levels}` });
      continue; // the other steps may have left before they could see the marker
    }
    for (const marker of markers) await deleteObject(workspace, { path: marker.path, recursive: true });
    if (await deleteEmptyLevels(workspace, folder, levels)) return;
    // Another step has uploaded since the folder was listed.
  }
}

/** Deletes a folder and the folders above it, up to the first that is not empty. Returns false if that is the folder itself. */
async function deleteEmptyLevels(workspace: WorkspaceApi, folder: string, levels: number): Promise<boolean> {
  let current = folder;
  for (let level = 0; level < levels; level++, current = path.dirname(current))
    if (!(await deleteObject(workspace, { path: current, recursive: false }))) return level > 0;
  return true;
}

function isMarker(object: ObjectInfo): boolean {
  return object.object_type === "DIRECTORY" && markerName.test(path.basename(object.path));
}

function levelsOf(marker: ObjectInfo): number {
  return Number(markerName.exec(path.basename(marker.path))![1]);
}

function isUpload(object: ObjectInfo): boolean {
  return object.object_type === "DIRECTORY" && uploadName.test(path.basename(object.path));
}
