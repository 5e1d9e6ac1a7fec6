import path from "node:path/posix";
import { mapBounded } from "../../concurrency/bounded.ts";
import { RequestError } from "../../http/errors.ts";
import { ifFound } from "../../http/if-found.ts";
import { InputError } from "../../task/host.ts";
import { couldNot } from "../../text/could-not.ts";
import { maxConcurrentRequests, type ObjectInfo, type WorkspaceApi } from "../api/workspace.ts";

/** The value of an input as an absolute folder of the workspace, without a slash at its end. Throws an InputError. */
export function workspaceFolder(input: string, text: string): string {
  const folder = text.replace(/\/+$/, "");
  if (!folder.startsWith("/") || folder.split("/").some((part) => part === ".." || part === "."))
    throw new InputError(
      couldNot(
        `use the input '${input}'`,
        `'${text}' is not an absolute path of the workspace`,
        "give one such as /Shared/notebook-ops",
      ),
    );
  return folder;
}

/** The path of an object for the Workspace API, which does not accept `/Workspace`, below which notebooks see their paths. */
export function apiPath(path: string): string {
  return path.replace(/^\/Workspace(?=\/|$)/, "");
}

/** A folder and the folders above it, as far as they do not exist yet, deepest first. An upload to the folder creates them. */
export async function missingFolders(workspace: WorkspaceApi, folder: string): Promise<string[]> {
  const missing: string[] = [];
  let current = folder;
  while (current !== "/" && !(await exists(workspace, current))) {
    missing.push(current);
    current = path.dirname(current);
  }
  return missing;
}

async function exists(workspace: WorkspaceApi, folder: string): Promise<boolean> {
  return (await ifFound(workspace.getStatus({ path: folder }))) !== undefined;
}

/** All objects below a folder, including folders; an empty list if the folder does not exist. */
export async function listBelow(workspace: WorkspaceApi, folder: string): Promise<ObjectInfo[]> {
  const found: ObjectInfo[] = [];
  for (let level = [folder]; level.length > 0; ) {
    const listed: ObjectInfo[] = [];
    await mapBounded(
      level,
      maxConcurrentRequests,
      async (path) => void listed.push(...(await workspace.list({ path }))),
    );
    found.push(...listed);
    level = listed.filter(({ object_type }) => object_type === "DIRECTORY").map(({ path }) => path);
  }
  return found;
}

/** Deletes an object. Returns false if it is a folder that is not empty; an object that does not exist counts as deleted. */
export async function deleteObject(
  workspace: WorkspaceApi,
  request: { path: string; recursive: boolean },
): Promise<boolean> {
  try {
    await workspace.delete(request);
    return true;
  } catch (error) {
    if (!(error instanceof RequestError)) throw error;
    if (error.errorCode === "DIRECTORY_NOT_EMPTY") return false;
    if (error.kind === "notFound") return true;
    throw error;
  }
}
