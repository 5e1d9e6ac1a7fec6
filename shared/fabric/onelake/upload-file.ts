import { createHash } from "node:crypto";
import type { FileHandle } from "node:fs/promises";
import { mapBounded, oneAtATime } from "../../concurrency/bounded.ts";
import type { ByteBudget } from "./byte-budget.ts";
import type { RemoteEntry } from "./listing.ts";
import { FileChanged, md5Of, readBlock, readStable } from "./local-content.ts";
import type { LocalFile } from "./local-folder.ts";
import { type OneLakePath, shownPath } from "./paths.ts";
import type { StorageClient } from "./storage-client.ts";

/** Up to this size a file is sent in one request; a larger one in blocks of this size. */
const blockBytes = 4 * 1024 * 1024;
/** https://learn.microsoft.com/rest/api/storageservices/put-block-list */
const mostBlocks = 50_000;
const blocksAtOnce = 4;

interface Upload {
  storage: StorageClient;
  budget: ByteBudget;
  file: LocalFile;
  target: OneLakePath;
}

type UploadOutcome =
  | { kind: "uploaded"; bytes: number }
  | { kind: "unchanged" }
  /** The local file was deleted since its folder was read. */
  | { kind: "gone" };

/**
 * Sends a file unless OneLake has it with the same size and hash. What is hashed is what is sent: a small file is read once, and the hash of
 * a large one is computed from the blocks that are sent.
 * @param remote what OneLake has in its place
 */
export async function uploadIfChanged(
  upload: Upload,
  remote: RemoteEntry | undefined,
): Promise<UploadOutcome> {
  const { storage, budget, file, target } = upload;
  if (file.bytes <= blockBytes) {
    const free = await budget.take(file.bytes);
    try {
      const content = await readStable(file, (handle, bytes) => readWhole(file, handle, bytes));
      if (content === undefined) return { kind: "gone" };
      if (content.length <= blockBytes) {
        const md5 = md5Of(content);
        if (isSame(remote, content.length, md5)) return { kind: "unchanged" };
        await putFile(storage, target, content, md5);
        return { kind: "uploaded", bytes: content.length };
      }
    } finally {
      free();
    }
  }
  return (
    (await readStable(file, (handle, bytes) => uploadLarge(upload, remote, handle, bytes))) ?? {
      kind: "gone",
    }
  );
}

/** Writes a file in one request, which Azure Storage refuses if what arrives does not have the hash. */
export async function putFile(
  storage: StorageClient,
  target: OneLakePath,
  content: Buffer,
  md5 = md5Of(content),
): Promise<void> {
  await storage.ask(
    `write ${shownPath(target)} to OneLake`,
    ({ blob }, { abortSignal }) =>
      blob(target).upload(content, content.length, { abortSignal, blobHTTPHeaders: { blobContentMD5: md5 } }),
    { bytes: content.length },
  );
}

async function readWhole(file: LocalFile, handle: FileHandle, bytes: number): Promise<Buffer> {
  // A file that has grown beyond a block since its folder was read is sent in blocks.
  const content = await readBlock(handle, 0, Math.min(bytes, blockBytes + 1));
  if (content.length < Math.min(bytes, blockBytes + 1)) throw new FileChanged(file);
  return content;
}

async function uploadLarge(
  { storage, budget, file, target }: Upload,
  remote: RemoteEntry | undefined,
  handle: FileHandle,
  bytes: number,
): Promise<UploadOutcome> {
  if (remote?.md5 !== undefined && remote.bytes === bytes) {
    const md5 = await hashInBlocks({ budget, file, handle, bytes }, async () => undefined);
    if (isSame(remote, bytes, md5)) return { kind: "unchanged" };
  }
  const attempted = `write ${shownPath(target)} to OneLake`;
  const ids: string[] = [];
  const unique = Buffer.from(`${process.pid}-${performance.now()}`.padEnd(32, "-").slice(0, 32));
  const md5 = await hashInBlocks({ budget, file, handle, bytes }, async (block, index) => {
    // The ids of a file's blocks must have the same length, and differ from those of another upload of the file at the same time.
    const id = Buffer.concat([unique, Buffer.from(String(index).padStart(6, "0"))]).toString("base64");
    ids[index] = id;
    const transactionalContentMD5 = md5Of(block);
    await storage.ask(
      attempted,
      ({ blob }, { abortSignal }) =>
        blob(target).stageBlock(id, block, block.length, { abortSignal, transactionalContentMD5 }),
      { bytes: block.length },
    );
  });
  await storage.ask(attempted, ({ blob }, { abortSignal }) =>
    blob(target).commitBlockList(ids, { abortSignal, blobHTTPHeaders: { blobContentMD5: md5 } }),
  );
  return { kind: "uploaded", bytes };
}

/** Reads a file block by block, some of them at a time, and does the work for each. @returns the MD5 of exactly these blocks */
async function hashInBlocks(
  { budget, file, handle, bytes }: Pick<Upload, "budget" | "file"> & { handle: FileHandle; bytes: number },
  work: (block: Buffer, index: number) => Promise<void>,
): Promise<Buffer> {
  const size = Math.max(blockBytes, Math.ceil(bytes / mostBlocks));
  const hash = createHash("md5");
  const inOrder = oneAtATime();
  // Used again, as Node frees large buffers much later than they are done with. A request that was given up and still sends one of them
  // has the hash of what it was to send.
  const spare: Buffer[] = [];
  await mapBounded(Array(Math.ceil(bytes / size)).keys(), blocksAtOnce, async (index) => {
    const length = Math.min(size, bytes - index * size);
    const { block, free } = await inOrder(() => takeBlock(index * size, length));
    await work(block, index).finally(free);
  });
  return hash.digest();

  async function takeBlock(offset: number, length: number): Promise<{ block: Buffer; free: () => void }> {
    const giveBack = await budget.take(length);
    const buffer = spare.pop() ?? Buffer.allocUnsafe(size);
    const free = () => {
      spare.push(buffer);
      giveBack();
    };
    try {
      const block = await readBlock(handle, offset, length, buffer);
      if (block.length < length) throw new FileChanged(file);
      hash.update(block);
      return { block, free };
    } catch (error) {
      free();
      throw error;
    }
  }
}

function isSame(remote: RemoteEntry | undefined, bytes: number, md5: Buffer): boolean {
  return remote !== undefined && remote.bytes === bytes && remote.md5 === md5.toString("base64");
}
