import { createHash, type Hash } from "node:crypto";
import type { Readable } from "node:stream";
import type { BlobDownloadResponseParsed, BlockBlobClient } from "@azure/storage-blob";
import { RequestError } from "../../http/errors.ts";
import type { Attempt } from "./attempt.ts";
import { type OneLakePath, shownPath } from "./paths.ts";
import type { StorageClient } from "./storage-client.ts";
import { UnusableAnswer } from "./storage-error.ts";

/** Takes a file piece by piece. */
interface Sink<T> {
  take(piece: Buffer): Promise<void> | void;
  /** What came of it, once all pieces have come. */
  result(): T;
}

/** How far a file has been read. */
interface Reading<T> {
  sink: Sink<T>;
  hash: Hash;
  bytes: number;
  /** Of the file that the first answer began with. */
  version?: { etag: string | undefined; bytes: number | undefined; md5: Uint8Array | undefined };
}

/**
 * Reads a file from OneLake, and goes on where a connection broke. Checks its size and, if OneLake knows it, its hash.
 * @param open begins the file: called again if the file changes while it is read
 */
export async function readFile<T>(
  storage: StorageClient,
  file: OneLakePath,
  maxBytes: number,
  open: () => Sink<T>,
): Promise<T> {
  const attempted = `read ${shownPath(file)} from OneLake`;
  const begin = (): Reading<T> => ({ sink: open(), hash: createHash("md5"), bytes: 0 });
  const tooLarge = () =>
    new RequestError({
      ...{ kind: "tooLarge", attempted, on: "OneLake" },
      cameBack: `has a file there that is larger than ${maxBytes} bytes`,
    });
  let reading = begin();
  return storage.ask(attempted, async ({ blob }, attempt) => {
    const readOn = async () => {
      const { version, bytes } = reading;
      if (version?.bytes !== undefined && bytes >= version.bytes) return;
      await receive(reading, await request(blob(file), reading, attempt), attempt, (size) => {
        if (size > maxBytes) throw tooLarge();
      });
    };
    await readOn().catch((error: { statusCode?: number }) => {
      if (error.statusCode !== 412) throw error;
      reading = begin();
      return readOn();
    });
    requireWhole(reading);
    return reading.sink.result();
  });
}

function request(
  blob: BlockBlobClient,
  { bytes, version }: Reading<unknown>,
  { abortSignal }: Attempt,
): Promise<BlobDownloadResponseParsed> {
  // Answered with 412 if the file is another one by now. The SDK does not go on by itself when a connection breaks.
  const conditions = version?.etag === undefined ? undefined : { ifMatch: version.etag };
  return blob.download(version === undefined ? 0 : bytes, undefined, { abortSignal, conditions });
}

async function receive(
  reading: Reading<unknown>,
  answer: BlobDownloadResponseParsed,
  attempt: Attempt,
  requireSize: (bytes: number) => void,
): Promise<void> {
  const body = answer.readableStreamBody as Readable;
  try {
    const { etag, contentLength, contentMD5 } = answer;
    reading.version ??= { etag, bytes: contentLength, md5: contentMD5 };
    requireSize(reading.version.bytes ?? 0);
    for await (const piece of body as AsyncIterable<Buffer>) {
      attempt.progress();
      requireSize(reading.bytes + piece.length);
      await reading.sink.take(piece);
      reading.hash.update(piece);
      reading.bytes += piece.length;
    }
  } finally {
    body.destroy();
  }
}

function requireWhole({ bytes, hash, version }: Reading<unknown>): void {
  if (version?.bytes !== undefined && bytes !== version.bytes)
    throw new UnusableAnswer("interrupted", 200, `sent ${bytes} of ${version.bytes} bytes`);
  if (version?.md5?.length && !hash.copy().digest().equals(Buffer.from(version.md5)))
    throw new UnusableAnswer(
      "badAnswer",
      200,
      "sent content that does not have the MD5 that OneLake has for it",
    );
}
