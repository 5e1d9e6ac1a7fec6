import type { NotebookFile } from "../../notebook/notebook-folder.ts";
import { couldNot } from "../../text/could-not.ts";
import { importedPath, maxImportBytes } from "./upload-folder.ts";

/** Fails if a workspace would not accept all of the files. To be called before the first file is sent. */
export function requireImportable(files: readonly NotebookFile[]): void {
  requireSmall(files);
  requireDistinctPaths(files);
}

/** Fails if a file is too large for a workspace. To be called before the first file is read. */
export function requireSmall(files: readonly { path: string; size: number }[]): void {
  const large = files.find((file) => file.size > maxImportBytes);
  if (large)
    throw new Error(
      couldNot(
        `upload ${large.path}`,
        `it is ${(large.size / 1024 / 1024).toFixed(1)} MB, and a workspace accepts at most 10 MB`,
        "clear its outputs, or keep data out of the notebook folder",
      ),
    );
}

/**
 * Fails if two files would have the same path in the workspace. A notebook loses its extension there, so `etl.py` conflicts with `etl.sql`
 * and with a folder `etl`.
 */
function requireDistinctPaths(files: readonly NotebookFile[]): void {
  /** By path in the workspace: the file that has this path, or a file in the folder that has it. */
  const taken = new Map<string, string>();
  for (const { path } of files)
    for (let slash = path.lastIndexOf("/"); slash > 0; slash = path.lastIndexOf("/", slash - 1))
      taken.set(path.slice(0, slash), path);
  for (const file of files) {
    const other = taken.get(importedPath(file));
    if (other !== undefined)
      throw new Error(
        couldNot(
          `upload ${other} and ${file.path}`,
          `both would be ${importedPath(file)} in the workspace`,
          "rename one of them",
        ),
      );
    taken.set(importedPath(file), file.path);
  }
}
