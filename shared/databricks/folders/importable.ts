import type { NotebookFile } from "../../notebook/notebook-folder.ts";
import { importedPath, maxImportBytes } from "./upload-folder.ts";

/** Fails with one sentence where a workspace could not take all of the files, so that it can be said before the first is sent. */
export function requireImportable(files: readonly NotebookFile[]): void {
  requireSmall(files);
  refuseSamePaths(files);
}

/** Before any of the files is read. */
export function requireSmall(files: readonly { path: string; size: number }[]): void {
  const large = files.find((file) => file.size > maxImportBytes);
  if (large)
    throw new Error(
      `Could not upload ${large.path}: it is ${(large.size / 1024 / 1024).toFixed(1)} MB, and a workspace takes at most 10 MB; clear its outputs, or keep data out of the notebook folder.`,
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
        `Read ${other} and ${file.path}, which would both be ${importedPath(file)} in the workspace; rename one.`,
      );
    taken.set(importedPath(file), file.path);
  }
}
