import path from "node:path/posix";
import { OpenRequests } from "../../intent/open-requests.ts";
import type { NotebookFile } from "../../notebook/notebook-folder.ts";
import type { Journal, Log } from "../../task/host.ts";
import { duration } from "../../text/duration.ts";
import type { DatabricksClient } from "../connection.ts";
import { createdSince, folderIds, leaveSharedFolder, objectId } from "./shared-folder.ts";
import { uploadFolder } from "./upload-folder.ts";
import { deleteObject } from "./workspace-folders.ts";

const keys = {
  /** The folder of the upload, written before it is created. */
  folder: "uploadFolder",
  /** JSON list of the folders above it that this step creates, deepest first. */
  parents: "foldersAbove",
  /** OpenRequests that may create the folder again. */
  open: "openFolders",
} as const;

/** The folder that a step uploads to. The journal has its path, so that the post-job step can delete it. */
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

  /** Whether an upload has begun, in this process or in an earlier stage of the step. */
  static hasBegun(journal: Journal): boolean {
    return journal.read(keys.folder) !== undefined;
  }

  /**
   * Uploads the files.
   * @param request.folder the folder to upload to, which only this step uses
   * @param request.parentFolder the folder above it, which the steps of a build share
   */
  async upload(request: {
    files: readonly NotebookFile[];
    folder: string;
    parentFolder: string;
    signal: AbortSignal;
  }): Promise<void> {
    const { files, folder, parentFolder, signal } = request;
    const start = performance.now();
    const { workspace } = this.#databricks;
    const before = await folderIds(workspace, parentFolder);
    this.#recordCreated(createdSince(before, before));
    this.#journal.write(keys.folder, folder);
    const open = new OpenRequests(this.#journal, keys.open);
    await uploadFolder(this.#databricks, { files, target: folder, signal, open });
    // Another step of this build may have deleted a folder that it had created, and this step has then created it again.
    if (before.get(parentFolder) !== undefined)
      this.#recordCreated(createdSince(before, await folderIds(workspace, parentFolder)));
    this.#log.line(
      `Uploaded ${files.length} ${files.length === 1 ? "file" : "files"} to ${folder} in ${duration((performance.now() - start) / 1000)}.`,
    );
  }

  /** Deletes the folder, and checks again as long as a request without a clear answer may still create it. */
  settle(): Promise<void> {
    return new OpenRequests(this.#journal, keys.open).settle(() => this.delete());
  }

  /**
   * Deletes the folder, and the folders above it that this build created and nobody uses. A later call deletes what was created since.
   * Returns 1 if the folder existed again after an earlier call, else 0.
   */
  async delete(): Promise<number> {
    const folder = this.#journal.read(keys.folder);
    if (folder === undefined) return 0;
    const { workspace } = this.#databricks;
    const existsAgain = this.#isDeleted && (await objectId(workspace, folder)) !== undefined;
    const createdParents: string[] = JSON.parse(this.#journal.read(keys.parents) ?? "[]");
    await deleteObject(workspace, { path: folder, recursive: true });
    await leaveSharedFolder(workspace, path.dirname(folder), createdParents);
    if (!this.#isDeleted) this.#log.line(`Deleted ${folder}.`);
    this.#isDeleted = true;
    return existsAgain ? 1 : 0;
  }

  #recordCreated(folders: readonly string[]): void {
    this.#journal.write(keys.parents, JSON.stringify(folders));
  }
}
