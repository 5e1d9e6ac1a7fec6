import { createHash } from "node:crypto";
import { constants } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { couldNot } from "../../text/could-not.ts";
import { isGone, type LocalFile, unreadable } from "./local-folder.ts";

/** A file was written to while it was read, so that what was read may never have been its content. */
export class FileChanged extends Error {
  override name = "FileChanged";

  constructor({ source }: LocalFile) {
    super(
      couldNot(
        `copy ${source} to OneLake`,
        "its content changed twice while it was read",
        "run the step when nothing writes to the file, or exclude it",
      ),
    );
  }
}

/**
 * Reads a file, again if it changes meanwhile.
 * @returns what `read` returns, or undefined if the file was deleted since the folder was read
 */
export async function readStable<T>(
  file: LocalFile,
  read: (handle: FileHandle, bytes: number) => Promise<T>,
): Promise<T | undefined> {
  return (await attempt(file, read).catch(retryIfChanged(file, read)))?.result;
}

const retryIfChanged =
  <T>(file: LocalFile, read: (handle: FileHandle, bytes: number) => Promise<T>) =>
  (error: unknown) => {
    if (error instanceof FileChanged) return attempt(file, read);
    throw error;
  };

async function attempt<T>(
  file: LocalFile,
  read: (handle: FileHandle, bytes: number) => Promise<T>,
): Promise<{ result: T } | undefined> {
  const handle = await openFile(file);
  if (handle === undefined) return undefined;
  try {
    const before = await handle.stat({ bigint: true });
    const result = await read(handle, Number(before.size));
    const after = await handle.stat({ bigint: true });
    if (before.size !== after.size || before.mtimeNs !== after.mtimeNs) throw new FileChanged(file);
    return { result };
  } finally {
    await handle.close();
  }
}

async function openFile(file: LocalFile): Promise<FileHandle | undefined> {
  try {
    // A link that has taken the file's place since the folder was read is not followed (Windows knows no such flag).
    return await open(file.source, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0));
  } catch (cause) {
    if (isGone(cause)) return undefined;
    if ((cause as NodeJS.ErrnoException).code === "ELOOP") throw new FileChanged(file);
    throw unreadable(file.source, cause);
  }
}

/**
 * The next bytes of a file: fewer than `length` only at its end.
 * @param block takes them, if the caller has one to use again
 */
export async function readBlock(
  handle: FileHandle,
  offset: number,
  length: number,
  block: Buffer = Buffer.allocUnsafe(length),
): Promise<Buffer> {
  let filled = 0;
  while (filled < length) {
    const { bytesRead } = await handle.read(block, filled, length - filled, offset + filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return block.subarray(0, filled);
}

export function md5Of(content: Buffer): Buffer {
  return createHash("md5").update(content).digest();
}
