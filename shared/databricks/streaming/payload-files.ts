import { readFile } from "node:fs/promises";
import path from "node:path/posix";
import { independently } from "../../concurrency/independent.ts";
import { intentTag } from "../../intent/intent.ts";
import { OpenRequests } from "../../intent/open-requests.ts";
import type { NotebookFile } from "../../notebook/notebook-folder.ts";
import type { Journal, Log } from "../../task/host.ts";
import type { DatabricksClient } from "../connection.ts";

const keys = {
  /** The id of the intent, a part of the name of each uploaded file, written before the first upload. */
  mark: "payloadMark",
  /** JSON list of UploadFolder. */
  folders: "payloadFolders",
  /** OpenRequests that may create a file again. */
  open: "openPayloads",
} as const;

interface UploadFolder {
  folder: string;
  /** The folder and those above it that the step creates, deepest first. */
  created: string[];
}

/**
 * The files that a streaming test uploads where its streams read them. Each has a part in its name that no other run of a pipeline uses, so
 * that two runs do not replace each other's files, and so that all are found again.
 */
export class PayloadFiles {
  readonly #databricks: DatabricksClient;
  readonly #journal: Journal;
  readonly #log: Log;
  readonly #open: OpenRequests;
  #wasDeleted = false;

  constructor(databricks: DatabricksClient, { journal, log }: { journal: Journal; log: Log }) {
    this.#databricks = databricks;
    this.#journal = journal;
    this.#log = log;
    this.#open = new OpenRequests(journal, keys.open);
  }

  /** Whether an upload has begun, in this process or in an earlier stage of the step. */
  static hasBegun(journal: Journal): boolean {
    return journal.read(keys.mark) !== undefined;
  }

  /** @param intentId part of the names of all files */
  begin(intentId: string): void {
    this.#journal.write(keys.mark, intentId);
  }

  /**
   * Uploads files to a folder, one after another, and returns their paths there.
   * @param options.index of the iteration, from 1: two iterations may have files of one name
   */
  async upload(
    files: readonly NotebookFile[],
    { folder, index, signal }: { folder: string; index: number; signal: AbortSignal },
  ): Promise<string[]> {
    const store = this.#databricks.fileStore(folder);
    await this.#recordFolder(folder);
    await this.#open.track(() => store.makeFolder(folder));
    const uploaded: string[] = [];
    for (const file of files) {
      signal.throwIfAborted();
      const target = `${folder}/${markedName(path.basename(file.path), `${this.#mark}-${index}`)}`;
      const content = await readFile(file.file);
      // An attempt with no clear answer may still create the file after it was deleted, even if a later attempt succeeded.
      await this.#open.track(() => store.upload(target, content, () => this.#open.doubt()));
      uploaded.push(target);
    }
    return uploaded;
  }

  /** Deletes the files, and looks again as long as a request without a clear answer may still create one. */
  settle(): Promise<void> {
    return this.#open.settle(() => this.delete());
  }

  /** Deletes every file of this step, and the folders that it created if they are empty. Returns how many files an earlier call had not found. */
  async delete(): Promise<number> {
    let deleted = 0;
    await independently(
      this.#folders().map((each) => async () => {
        deleted += await this.#clear(each);
      }),
    );
    if (deleted > 0) this.#log.line(`Deleted ${deleted} payload ${deleted === 1 ? "file" : "files"}.`);
    const isRepeated = this.#wasDeleted;
    this.#wasDeleted = true;
    return isRepeated ? deleted : 0;
  }

  async #clear({ folder, created }: UploadFolder): Promise<number> {
    const store = this.#databricks.fileStore(folder);
    const names = ((await store.list(folder)) ?? []).map((file) => path.basename(file));
    // A file that was cut off has the same part in its name. The folder is the step's own word, whatever paths the server lists.
    const own = names.filter((name) => name.includes(`.${this.#mark}-`));
    for (const name of own) await store.delete(`${folder}/${name}`, "file");
    for (const each of created)
      if ((await store.list(each))?.length === 0) await store.delete(each, "folder");
    return own.length;
  }

  /** Writes a folder to the journal, before the first file is uploaded to it. */
  async #recordFolder(folder: string): Promise<void> {
    const known = this.#folders();
    if (known.some((each) => each.folder === folder)) return;
    const created = await this.#missingFolders(folder);
    this.#journal.write(keys.folders, JSON.stringify([...known, { folder, created }]));
  }

  /** The folder and those above it that do not exist, deepest first. The root of a volume or of DBFS is not the step's to create. */
  async #missingFolders(folder: string): Promise<string[]> {
    const store = this.#databricks.fileStore(folder);
    const missing: string[] = [];
    const fewest = folder.startsWith("/Volumes/") ? 6 : folder.startsWith("dbfs:") ? 2 : 3;
    for (let at = folder; at.split("/").length >= fewest; at = path.dirname(at)) {
      if ((await store.list(at)) !== undefined) break;
      missing.push(at);
    }
    return missing;
  }

  /** With the words by which a later sweep finds what pipelines left. */
  get #mark(): string {
    return `${intentTag}-${this.#journal.read(keys.mark) ?? ""}`;
  }

  #folders(): UploadFolder[] {
    return JSON.parse(this.#journal.read(keys.folders) || "[]") as UploadFolder[];
  }
}

/** `invoices.json` with a mark: `invoices.<mark>.json`. What a stream filters by, beginning and extension, stays. */
function markedName(name: string, mark: string): string {
  const extension = path.extname(name);
  return `${name.slice(0, name.length - extension.length)}.${mark}${extension}`;
}
