import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import path from "node:path/posix";
import { mapBounded } from "../../concurrency/bounded.ts";
import { originalExtension } from "../../deployment/record.ts";
import { RequestError } from "../../http/errors.ts";
import type { OpenRequests } from "../../intent/open-requests.ts";
import type { NotebookFile } from "../../notebook/notebook-folder.ts";
import { extensionOf } from "../../notebook/notebook-format.ts";
import { couldNot } from "../../text/could-not.ts";
import type { ImportRequest } from "../api/workspace.ts";
import type { DatabricksClient } from "../connection.ts";
import { inFlight } from "./workspace-folders.ts";

/** What workspace/import accepts, in bytes before base64. */
export const maxImportBytes = 10 * 1024 * 1024;

/** A file that is sent takes five times its size in memory (bytes, base64, JSON, socket), so larger ones are sent one after another. */
const smallBytes = 256 * 1024;
/** The format AUTO would unpack or convert these. */
const importedRaw = new Set([".zip", ".dbc", ".html", ".rmd", originalExtension]);

/** The path that a file gets in the workspace: a notebook loses its extension, a plain file keeps it. */
export function importedPath(file: NotebookFile): string {
  return file.format.kind === "plain" ? file.path : file.path.slice(0, -extensionOf(file.path).length);
}

/**
 * Uploads files to a folder of the workspace, and creates the folder with its parents.
 * @param request.open counts the requests that may create the folder again after it was deleted
 */
export async function uploadFolder(
  databricks: DatabricksClient,
  request: { files: readonly NotebookFile[]; target: string; signal: AbortSignal; open?: OpenRequests },
): Promise<void> {
  const { files, target, signal, open } = request;
  const makeFolders = (folders: readonly string[]) =>
    mapBounded(folders, inFlight, (path) => databricks.workspace.mkdirs({ path }, () => open?.doubt()));
  const leaves = leafFolders(files, target);
  await (open ? open.track(() => makeFolders(leaves), leaves.length) : makeFolders(leaves));
  await forEachFile(files, async (file) => {
    signal.throwIfAborted();
    const asked = await importRequest(file, target);
    try {
      await databricks.workspace.import(asked);
    } catch (error) {
      if (!(error instanceof RequestError) || error.kind !== "notFound") throw error;
      signal.throwIfAborted();
      // Another step of the build has just deleted a folder above that was empty for a moment.
      await makeFolders([path.dirname(asked.path)]);
      await databricks.workspace.import(asked);
    }
  });
}

/** Calls `work` for each file: for small ones at the same time, for large ones one after another. */
export async function forEachFile<T extends { size: number }>(
  files: readonly T[],
  work: (file: T) => Promise<void>,
): Promise<void> {
  await mapBounded(
    files.filter((file) => file.size <= smallBytes),
    inFlight,
    work,
  );
  await mapBounded(
    files.filter((file) => file.size > smallBytes),
    1,
    work,
  );
}

/** The bytes of a file. Fails if it has a hash and is not the file that was checked. */
export async function readChecked(file: NotebookFile): Promise<Buffer> {
  const bytes = await readFile(file.file);
  if (file.sha256 === undefined || createHash("sha256").update(bytes).digest("hex") === file.sha256)
    return bytes;
  throw new Error(
    couldNot(
      `upload ${file.path}`,
      "its content has changed since it was checked",
      "keep other steps from writing to its folder and run the step again",
    ),
  );
}

/** The deepest folders: mkdirs creates their parents. */
function leafFolders(files: readonly NotebookFile[], target: string): string[] {
  const folders = [...new Set([target, ...files.map((file) => path.dirname(path.join(target, file.path)))])];
  return folders.filter((folder) => !folders.some((other) => other.startsWith(`${folder}/`)));
}

async function importRequest(file: NotebookFile, target: string): Promise<ImportRequest> {
  const common = {
    path: path.join(target, importedPath(file)),
    content: (await readChecked(file)).toString("base64"),
    overwrite: true,
  };
  switch (file.format.kind) {
    case "source":
      return { ...common, format: "SOURCE", language: file.format.language };
    case "jupyter":
      return { ...common, format: "JUPYTER" };
    case "plain":
      return { ...common, format: importedRaw.has(extensionOf(file.path)) ? "RAW" : "AUTO" };
  }
}
