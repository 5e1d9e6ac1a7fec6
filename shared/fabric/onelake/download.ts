import { randomUUID } from "node:crypto";
import { mkdir, open, rename, rm } from "node:fs/promises";
import path from "node:path";
import { mapBounded } from "../../concurrency/bounded.ts";
import { RequestError } from "../../http/errors.ts";
import { findCollision, hasControlCharacter, quotePath } from "../../notebook/artifact/paths.ts";
import { couldNot } from "../../text/could-not.ts";
import { listEntries, type RemoteEntry } from "./listing.ts";
import { below, type OneLakePath, shownPath } from "./paths.ts";
import { readFile } from "./read-file.ts";
import type { StorageClient } from "./storage-client.ts";
import { LocalFailure } from "./storage-error.ts";

export interface DownloadOptions {
  /** For all files together; no limit unless given. */
  maxBytes?: number;
  /** How many files to read at a time; 16 unless given. */
  concurrency?: number;
}

export interface DownloadSummary {
  files: number;
  bytes: number;
  seconds: number;
}

const filesAtOnce = 16;

/**
 * Downloads all files below a folder of OneLake; none if there is no such folder. Files that are in the local folder already are replaced,
 * others stay. A file has its name only when it is complete.
 */
export async function downloadFolder(
  storage: StorageClient,
  source: OneLakePath,
  folder: string,
  { maxBytes = Number.POSITIVE_INFINITY, concurrency = filesAtOnce }: DownloadOptions,
): Promise<DownloadSummary> {
  const start = performance.now();
  const attempted = `download ${shownPath(source)} from OneLake`;
  const files = (await listEntries(storage, source)).filter(({ isFolder }) => !isFolder);
  requireNames(attempted, files);
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
  if (bytes > maxBytes)
    throw new RequestError({
      ...{ kind: "tooLarge", attempted, on: "OneLake" },
      cameBack: `has ${bytes} bytes there, and ${maxBytes} are allowed`,
    });
  await mkdir(folder, { recursive: true });
  const folders = new Set(files.map((file) => path.dirname(path.join(folder, file.path))));
  await mapBounded(folders, concurrency, (each) => mkdir(each, { recursive: true }));
  await mapBounded(files, concurrency, (file) =>
    downloadFile(storage, below(source, file.path), path.join(folder, file.path), maxBytes),
  );
  return { files: files.length, bytes, seconds: (performance.now() - start) / 1000 };
}

async function downloadFile(
  storage: StorageClient,
  source: OneLakePath,
  target: string,
  maxBytes: number,
): Promise<void> {
  const partial = `${target}.${randomUUID().slice(0, 8)}.part`;
  const handle = await open(partial, "wx");
  try {
    await readFile(storage, source, maxBytes, () => {
      let written = 0;
      return {
        async take(piece) {
          await handle.write(piece, 0, piece.length, written).catch(unwritable(target));
          written += piece.length;
        },
        // An attempt that broke off may have written more.
        result: () => handle.truncate(written),
      };
    });
    await handle.close();
    await rename(partial, target);
  } catch (error) {
    await handle.close();
    await rm(partial, { force: true });
    throw error;
  }
}

const unwritable = (target: string) => (cause: Error) => {
  const message = couldNot(`write ${target}`, cause.message, "check the disk and its free space");
  throw new LocalFailure(message, { cause });
};

/** Names of a server never become paths outside the folder, and never two files one. */
function requireNames(attempted: string, files: readonly RemoteEntry[]): void {
  const refuse = (cameBack: string) => {
    throw new RequestError({
      ...{ kind: "badAnswer", attempted, on: "OneLake", cameBack },
      advice: "rename what is there, or delete it",
    });
  };
  const outside = files.find((file) => !isLocalName(file.path));
  if (outside)
    refuse(`has a file ${quotePath(outside.path)} there, which cannot be a file below a local folder`);
  const [one, other] = findCollision(files.map((file) => file.path)) ?? [];
  if (one !== undefined && other !== undefined)
    refuse(
      `has ${quotePath(one)} and ${quotePath(other)} there, which are one file on systems that ignore case or Unicode normalisation`,
    );
}

function isLocalName(name: string): boolean {
  const parts = name.split("/");
  if (parts.some((part) => part === "" || part === "." || part === "..")) return false;
  // Drive letters, and the streams of a file on Windows.
  if (/^[A-Za-z]:/.test(name) || (process.platform === "win32" && /[:*?"<>|]/.test(name))) return false;
  return !name.includes("\\") && !hasControlCharacter(name);
}
