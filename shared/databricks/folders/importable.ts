import type { NotebookFile } from "../../notebook/notebook-folder.ts";
import { couldNot } from "../../text/could-not.ts";
import { importedPath, maxImportBytes } from "./upload-folder.ts";

/** Fails if a workspace would not accept all of the files, before the first one is sent. */
export function requireImportable(files: readonly NotebookFile[]): void {
  requireSmall(files);
  refuseSamePaths(files);
}

/** Fails if a file is too large. Called before any of the files is read. */
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

/** A notebook loses its extension in the workspace, so `etl.py` and `etl.sql`, or `etl.py` and a folder `etl`, would be one. */
function refuseSamePaths(files: readonly NotebookFile[]): void {
  const taken = new Map<string, string>();
  for (const { path } of files)
    for (let at = path.lastIndexOf("/"); at > 0; at = path.lastIndexOf("/", at - 1))
      taken.set(path.slice(0, at), path);
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
