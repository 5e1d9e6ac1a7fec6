import { readFile } from "node:fs/promises";
import path from "node:path/posix";
import { forEachBounded } from "../concurrency/bounded.ts";
import { RequestError } from "../http/index.ts";
import type { NotebookFile } from "../notebook/notebook-folder.ts";
import { extensionOf } from "../notebook/notebook-format.ts";
import type { DatabricksWorkspace } from "./connection.ts";
import type { ImportRequest, WorkspaceApi } from "./workspace.ts";

/** What workspace/import takes, in bytes before base64. */
export const MAX_IMPORT_BYTES = 10 * 1024 * 1024;

const inFlight = 24;
/** A file is held five times over while it is sent (bytes, base64, JSON, socket): larger ones go one after another. */
const smallBytes = 256 * 1024;
/** AUTO would unpack or convert these. */
const keptAsTheyAre = new Set([".zip", ".dbc", ".html", ".rmd"]);

/** Where a file of a notebook folder lands: a notebook loses its extension, a plain file keeps it. */
export function importedPath(file: NotebookFile): string {
  return file.format.kind === "plain" ? file.path : file.path.slice(0, -extensionOf(file.path).length);
}

/** Uploads files below a folder of the workspace, which is made with its parents. */
export async function uploadFolder(
  workspace: DatabricksWorkspace,
  request: { files: readonly NotebookFile[]; target: string; signal: AbortSignal },
): Promise<void> {
  const { files, target, signal } = request;
  await forEachBounded(leafFolders(files, target), inFlight, (folder) =>
    workspace.workspace.mkdirs({ path: folder }),
  );
  const upload = async (file: NotebookFile) => {
    signal.throwIfAborted();
    await workspace.workspace.import(await importRequest(file, target));
  };
  await forEachBounded(
    files.filter((file) => file.size <= smallBytes),
    inFlight,
    upload,
  );
  await forEachBounded(
    files.filter((file) => file.size > smallBytes),
    1,
    upload,
  );
}

/** mkdirs makes parents too, so the deepest folders are enough. */
function leafFolders(files: readonly NotebookFile[], target: string): string[] {
  const folders = [...new Set([target, ...files.map((file) => path.dirname(path.join(target, file.path)))])];
  return folders.filter((folder) => !folders.some((other) => other.startsWith(`${folder}/`)));
}

async function importRequest(file: NotebookFile, target: string): Promise<ImportRequest> {
  const common = {
    path: path.join(target, importedPath(file)),
    content: (await readFile(file.file)).toString("base64"),
    overwrite: true,
  };
  switch (file.format.kind) {
    case "source":
      return { ...common, format: "SOURCE", language: file.format.language };
    case "jupyter":
      return { ...common, format: "JUPYTER" };
    case "plain":
      return { ...common, format: keptAsTheyAre.has(extensionOf(file.path)) ? "RAW" : "AUTO" };
  }
}

/** The folder and those above it that are not there yet, deepest first: what an upload will make. */
export async function missingFolders(workspace: WorkspaceApi, folder: string): Promise<string[]> {
  const missing: string[] = [];
  for (let at = folder; at !== "/" && !(await exists(workspace, at)); at = path.dirname(at)) missing.push(at);
  return missing;
}

async function exists(workspace: WorkspaceApi, folder: string): Promise<boolean> {
  try {
    await workspace.getStatus({ path: folder });
    return true;
  } catch (error) {
    if (error instanceof RequestError && error.kind === "notFound") return false;
    throw error;
  }
}

/** Deletes a folder with all in it, then those of `above` (deepest first) that this leaves empty. */
export async function deleteFolder(
  workspace: WorkspaceApi,
  folder: string,
  above: readonly string[],
): Promise<void> {
  await deleteObject(workspace, { path: folder, recursive: true });
  for (const parent of above)
    if (!(await deleteObject(workspace, { path: parent, recursive: false }))) return;
}

/** False where the folder is still in use by someone else. */
async function deleteObject(
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
