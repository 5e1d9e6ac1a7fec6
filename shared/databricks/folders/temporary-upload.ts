import path from "node:path/posix";
import { OpenRequests } from "../../intent/open-requests.ts";
import type { NotebookFile } from "../../notebook/notebook-folder.ts";
import type { Journal, Log } from "../../task/host.ts";
import { duration } from "../../text/duration.ts";
import type { DatabricksClient } from "../connection.ts";
import { folderIds, idOf, leaveSharedFolder, madeSince } from "./shared-folder.ts";
import { uploadFolder } from "./upload-folder.ts";
import { deleteObject } from "./workspace-folders.ts";

const keys = {
  /** The folder of the upload: written before it is made. */
  folder: "uploadFolder",
  /** JSON list of the folders above it that this step makes, deepest first. */
  above: "foldersAbove",
  /** Requests that may make the folder again. */
  open: "openFolders",
} as const;

/** The folder that a step uploads to and that the post-job step deletes, kept in the journal. */
export class TemporaryUpload {
  readonly #databricks: DatabricksClient;
  readonly #journal: Journal;
  readonly #log: Log;
  #isDeleted = false;

  constructor(databricks: DatabricksClient, { journal, log }: { journal: Journal; log: Log }) {
    this.#databricks = databricks;
    this.#journal = journal;
    this.#log = log;
  }

  /** Whether an upload was begun, by this process or by the one before it. */
  static hasBegun(journal: Journal): boolean {
    return journal.read(keys.folder) !== undefined;
  }

  /**
   * @param request.folder where the files go: a folder of this step alone
   * @param request.below the folder above it, which the steps of a build share
   */
  async upload(request: {
    files: readonly NotebookFile[];
    folder: string;
    below: string;
    signal: AbortSignal;
  }): Promise<void> {
    const { files, folder, below, signal } = request;
    const start = performance.now();
    const { workspace } = this.#databricks;
    const before = await folderIds(workspace, below);
    this.#recordMade(madeSince(before, before));
    this.#journal.write(keys.folder, folder);
    const open = new OpenRequests(this.#journal, keys.open);
    await uploadFolder(this.#databricks, { files, target: folder, signal, open });
    // A folder that was there may have been deleted by the step of this build that made it, and then made again by this one.
    if (before.get(below) !== undefined)
      this.#recordMade(madeSince(before, await folderIds(workspace, below)));
    this.#log.line(
      `Uploaded ${files.length} ${files.length === 1 ? "file" : "files"} to ${folder} in ${duration((performance.now() - start) / 1000)}.`,
    );
  }

  /** Deletes, and looks again while a request without a clear answer may still make the folder. */
  settle(): Promise<void> {
    return new OpenRequests(this.#journal, keys.open).settle(() => this.delete());
  }

  /**
   * Deletes the folder, and those above it that this build made and nobody uses. May be called again, for what was made since: returns 1
   * if the folder was there again.
   */
  async delete(): Promise<number> {
    const folder = this.#journal.read(keys.folder);
    if (folder === undefined) return 0;
    const { workspace } = this.#databricks;
    const isThereAgain = this.#isDeleted && (await idOf(workspace, folder)) !== undefined;
    const above: string[] = JSON.parse(this.#journal.read(keys.above) ?? "[]");
    await deleteObject(workspace, { path: folder, recursive: true });
    await leaveSharedFolder(workspace, path.dirname(folder), above);
    if (!this.#isDeleted) this.#log.line(`Deleted ${folder}.`);
    this.#isDeleted = true;
    return isThereAgain ? 1 : 0;
  }

  #recordMade(folders: readonly string[]): void {
    this.#journal.write(keys.above, JSON.stringify(folders));
  }
}
