import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import path from "node:path/posix";
import { mapBounded, oneAtATime } from "../../concurrency/bounded.ts";
import { originalExtension } from "../../deployment/record.ts";
import { RequestError } from "../../http/errors.ts";
import type { OpenRequests } from "../../intent/open-requests.ts";
import type { NotebookFile } from "../../notebook/notebook-folder.ts";
import { extensionOf } from "../../notebook/notebook-format.ts";
import { couldNot } from "../../text/could-not.ts";
import { type ImportRequest, maxConcurrentRequests } from "../api/workspace.ts";
import type { DatabricksClient } from "../connection.ts";
import { createFolders, folderRounds } from "./create-folders.ts";

/** The largest file that workspace/import accepts, before it is encoded in base64. */
export const maxImportBytes = 10 * 1024 * 1024;

/** A larger file is sent alone: while it is sent, a file takes five times its size in memory (bytes, base64, JSON, socket). */
const maxSmallFileBytes = 256 * 1024;
/** Files with these extensions are imported as RAW, because AUTO would unpack or convert them. */
const rawExtensions = new Set([".zip", ".dbc", ".html", ".rmd", originalExtension]);

/** The path of a file in the workspace, relative to the folder of the upload. A notebook loses its extension; a plain file keeps it. */
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
  const { workspace } = databricks;
  const onDoubt = () => open?.doubt();
  const rounds = folderRounds(
    target,
    files.map((file) => path.dirname(path.join(target, file.path))),
  );
  const create = () => createFolders(workspace, rounds, { signal, onDoubt });
  await (open ? open.track(create, rounds.flat().length) : create());
  const inTurn = oneAtATime();
  await forEachFile(files, async (file) => {
    signal.throwIfAborted();
    const request = await importRequest(file, target);
    try {
      await workspace.import(request);
    } catch (error) {
      if (!(error instanceof RequestError) || error.kind !== "notFound") throw error;
      signal.throwIfAborted();
      // Another step of the build has just deleted a folder above the file that was empty for a moment.
      await inTurn(() => workspace.mkdirs({ path: path.dirname(request.path) }, onDoubt));
      await workspace.import(request);
    }
  });
}

/** Calls `work` for each file: for small files concurrently, for large files one after another. */
export async function forEachFile<T extends { size: number }>(
  files: readonly T[],
  work: (file: T) => Promise<void>,
): Promise<void> {
  await mapBounded(
    files.filter((file) => file.size <= maxSmallFileBytes),
    maxConcurrentRequests,
    work,
  );
  await mapBounded(
    files.filter((file) => file.size > maxSmallFileBytes),
    1,
    work,
  );
}

/** Reads a file. Fails if it was checked before, so that it has a hash, and its content has changed since. */
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
      return { ...common, format: rawExtensions.has(extensionOf(file.path)) ? "RAW" : "AUTO" };
  }
}
