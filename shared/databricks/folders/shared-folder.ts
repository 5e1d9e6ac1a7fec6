import path from "node:path/posix";
import { ifFound } from "../../http/if-found.ts";
import type { ObjectInfo, WorkspaceApi } from "../api/workspace.ts";
import { deleteObject } from "./workspace-folders.ts";

/** Object ids of a folder and of those above it, deepest first; undefined for what is not there. */
export type FolderIds = ReadonlyMap<string, number | undefined>;

/** The name of a step's own folder in the one that steps share: the id of its intent. */
const uploadName = /^[0-9a-f]{12}$/;
const markName = /^notebook-ops-made-(\d+)$/;
const mostAttempts = 5;

export async function folderIds(workspace: WorkspaceApi, folder: string): Promise<FolderIds> {
  const folders: string[] = [];
  for (let at = folder; at !== "/"; at = path.dirname(at)) folders.push(at);
  return new Map(
    await Promise.all(folders.map(async (each) => [each, await idOf(workspace, each)] as const)),
  );
}

/** The object id of a folder, undefined if it is not there. */
export async function idOf(workspace: WorkspaceApi, folder: string): Promise<number | undefined> {
  return (await ifFound(workspace.getStatus({ path: folder })))?.object_id;
}

/** The folders that were not there before, or others of the same path: made since, and nobody's but the pipeline's. Deepest first. */
export function madeSince(before: FolderIds, after: FolderIds): string[] {
  const made: string[] = [];
  for (const [folder, id] of before) {
    if (id !== undefined && id === after.get(folder)) break;
    made.push(folder);
  }
  return made;
}

/**
 * Leaves a folder in which steps of a build have their uploads, each in a folder of its own: the last one deletes it, and those above it
 * that the build made, if they are empty. A step that made folders and finds others still in them leaves a mark, an empty folder whose
 * name says how many folders were made, so that the last one knows. A folder that was there before the build gets no mark and stays.
 * @param made the folders that this step made: `folder` and those above it, deepest first
 */
export async function leaveSharedFolder(
  workspace: WorkspaceApi,
  folder: string,
  made: readonly string[],
): Promise<void> {
  let levels = made.length;
  for (let attempt = 0; attempt < mostAttempts; attempt++) {
    const inside = await workspace.list({ path: folder });
    const marks = inside.filter(isMark);
    const marked = Math.max(0, ...marks.map(levelsOf));
    levels = Math.max(levels, marked);
    if (levels === 0) return;
    const others = inside.filter((each) => !isMark(each));
    if (others.length > 0) {
      if (marked === levels || !others.some(isUpload)) return;
      await workspace.mkdirs({ path: `${folder}/notebook-ops-made-${levels}` });
      continue; // the others may have left before they could see the mark
    }
    for (const mark of marks) await deleteObject(workspace, { path: mark.path, recursive: true });
    if (await deleteUpwards(workspace, folder, levels)) return;
    // Somebody came after the list was read.
  }
}

/** False if the folder itself is in use. */
async function deleteUpwards(workspace: WorkspaceApi, folder: string, levels: number): Promise<boolean> {
  let at = folder;
  for (let level = 0; level < levels; level++, at = path.dirname(at))
    if (!(await deleteObject(workspace, { path: at, recursive: false }))) return level > 0;
  return true;
}

function isMark(object: ObjectInfo): boolean {
  return object.object_type === "DIRECTORY" && markName.test(path.basename(object.path));
}

function levelsOf(mark: ObjectInfo): number {
  return Number(markName.exec(path.basename(mark.path))![1]);
}

function isUpload(object: ObjectInfo): boolean {
  return object.object_type === "DIRECTORY" && uploadName.test(path.basename(object.path));
}
