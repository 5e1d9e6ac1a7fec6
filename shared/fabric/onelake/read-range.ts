import type { Readable } from "node:stream";
import type { BlobDownloadResponseParsed } from "@azure/storage-blob";
import { RequestError } from "../../http/errors.ts";
import type { Attempt } from "./attempt.ts";
import { type OneLakePath, shownPath } from "./paths.ts";
import type { StorageClient } from "./storage-client.ts";
import { UnusableAnswer } from "./storage-error.ts";

/** A part of a file that may be growing. */
export interface FileRange {
  content: Buffer;
  /** Of the whole file when it was read. */
  size: number;
}

/**
 * Reads a file from an offset on, at most `maxBytes` in one request. There is nothing at its end or after it.
 * https://learn.microsoft.com/rest/api/storageservices/specifying-the-range-header-for-blob-service-operations
 */
export async function readRange(
  storage: StorageClient,
  file: OneLakePath,
  { offset, maxBytes }: { offset: number; maxBytes: number },
): Promise<FileRange> {
  const attempted = `read ${shownPath(file)} from OneLake`;
  return storage
    .ask(attempted, async ({ blob }, attempt) => {
      const answer = await blob(file).download(offset, maxBytes, { abortSignal: attempt.abortSignal });
      const range = /^bytes (\d+)-\d+\/(\d+)$/.exec(answer.contentRange ?? "");
      if (range === null || Number(range[1]) !== offset) {
        (answer.readableStreamBody as Readable).destroy();
        throw new UnusableAnswer("badAnswer", 200, "answered with another part of the file");
      }
      return { content: await receive(answer, attempt, maxBytes), size: Number(range[2]) };
    })
    .catch((error: unknown) => {
      if (error instanceof RequestError && error.status === 416)
        return { content: Buffer.alloc(0), size: offset };
      throw error;
    });
}

async function receive(
  { readableStreamBody, contentLength }: BlobDownloadResponseParsed,
  attempt: Attempt,
  maxBytes: number,
): Promise<Buffer> {
  const body = readableStreamBody as Readable;
  const pieces: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const piece of body as AsyncIterable<Buffer>) {
      attempt.progress();
      pieces.push(piece);
      bytes += piece.length;
      if (bytes > maxBytes) throw new UnusableAnswer("badAnswer", 206, "sent more than it was asked for");
    }
  } finally {
    body.destroy();
  }
  if (contentLength !== undefined && bytes !== contentLength)
    throw new UnusableAnswer("interrupted", 206, `sent ${bytes} of ${contentLength} bytes`);
  return Buffer.concat(pieces);
}
