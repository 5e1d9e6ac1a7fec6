import type { TokenCredential } from "@azure/identity";
import { ifFound } from "../../http/if-found.ts";
import type { ClientHost } from "../../task/host.ts";
import { deletePath } from "./delete-path.ts";
import { type DownloadOptions, type DownloadSummary, downloadFolder } from "./download.ts";
import { listEntries, type RemoteEntry } from "./listing.ts";
import { type OneLakePath, requirePath, shownPath } from "./paths.ts";
import { readFile } from "./read-file.ts";
import { type FileRange, readRange } from "./read-range.ts";
import { StorageClient } from "./storage-client.ts";
import { type SyncOptions, type SyncSummary, syncFolder } from "./sync.ts";
import { putFile } from "./upload-file.ts";

/**
 * Files of Fabric's items.
 * @param options.url OneLake's side of Data Lake Storage: `https://onelake.dfs.fabric.microsoft.com`
 */
export function connectOneLake(
  host: ClientHost,
  { url, credential }: { url: string; credential: TokenCredential },
): OneLake {
  return new OneLake(new StorageClient(host, new URL(url), credential));
}

/** Every failure of a request is a RequestError, or a SignInError if there is no token for it. */
export class OneLake {
  readonly #storage: StorageClient;

  constructor(storage: StorageClient) {
    this.#storage = storage;
  }

  /** Makes a folder of OneLake equal to a local one, sending only what differs. */
  async sync(folder: string, target: OneLakePath, options: SyncOptions = {}): Promise<SyncSummary> {
    requirePath(`copy ${folder} to OneLake`, target);
    return syncFolder(this.#storage, folder, target, options);
  }

  /** Downloads all files below a folder into a local one; none if there is no such folder. */
  async download(
    source: OneLakePath,
    folder: string,
    options: DownloadOptions = {},
  ): Promise<DownloadSummary> {
    requirePath("download a folder from OneLake", source);
    return downloadFolder(this.#storage, source, folder, options);
  }

  /** Deletes a file, or a folder with all that is below it. Nothing there is fine. */
  async delete(target: OneLakePath): Promise<void> {
    requirePath("delete from OneLake", target);
    await deletePath(this.#storage, target);
  }

  /** @returns undefined if there is no such file; fails with the kind `tooLarge` if it is larger than `maxBytes` */
  async read(file: OneLakePath, { maxBytes }: { maxBytes: number }): Promise<Buffer | undefined> {
    requirePath("read a file from OneLake", file);
    return ifFound(
      readFile(this.#storage, file, maxBytes, () => {
        const pieces: Buffer[] = [];
        return { take: (piece) => void pieces.push(piece), result: () => Buffer.concat(pieces) };
      }),
    );
  }

  /** What a file, which may be growing, has from an offset on, at most `maxBytes`; undefined if there is no such file. */
  async readFrom(
    file: OneLakePath,
    offset: number,
    { maxBytes }: { maxBytes: number },
  ): Promise<FileRange | undefined> {
    requirePath("read a file from OneLake", file);
    return ifFound(readRange(this.#storage, file, { offset, maxBytes }));
  }

  async write(file: OneLakePath, content: Buffer | string): Promise<void> {
    requirePath("write a file to OneLake", file);
    await putFile(this.#storage, file, Buffer.from(content));
  }

  /** Whether there is a file or folder of this path. */
  async exists(target: OneLakePath): Promise<boolean> {
    requirePath("look for a file in OneLake", target);
    const found = await ifFound(
      this.#storage.ask(`look for ${shownPath(target)} in OneLake`, ({ blob }, { abortSignal }) =>
        blob(target).getProperties({ abortSignal }),
      ),
    );
    return found !== undefined;
  }

  /** All files and folders below a folder, at any depth; empty if there is no such folder. */
  async list(folder: OneLakePath): Promise<RemoteEntry[]> {
    requirePath("list a folder in OneLake", folder);
    return listEntries(this.#storage, folder);
  }
}
