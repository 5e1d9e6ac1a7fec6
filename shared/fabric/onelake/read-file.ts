import { createHash } from "node:crypto";
import type { Readable } from "node:stream";
import { RequestError } from "../../http/errors.ts";
import type { Attempt } from "./attempt.ts";
import { type OneLakePath, shownPath } from "./paths.ts";
import type { StorageClient } from "./storage-client.ts";
import { UnusableAnswer } from "./storage-error.ts";

/** How often a broken download goes on where it stopped, before it begins again. */
const continuations = 5;

/**
 * Reads a file from OneLake, piece by piece, and checks its size and, if OneLake knows it, its hash.
 * @param open begins an attempt: returns what takes the pieces
 */
export async function readFile<T>(
  storage: StorageClient,
  file: OneLakePath,
  maxBytes: number,
  open: () => { take(piece: Buffer): Promise<void> | void; result(): T },
): Promise<T> {
  const attempted = `read ${shownPath(file)} from OneLake`;
  return storage.ask(attempted, async ({ blob }, attempt) => {
    const { abortSignal } = attempt;
    const answer = await blob(file).download(0, undefined, { abortSignal, maxRetryRequests: continuations });
    const body = answer.readableStreamBody as Readable;
    try {
      if ((answer.contentLength ?? 0) > maxBytes) throw tooLarge(attempted, maxBytes);
      const sink = open();
      await pass(body, attempt, { maxBytes, attempted, take: sink.take, ...answer });
      return sink.result();
    } finally {
      body.destroy();
    }
  });
}

async function pass(
  body: Readable,
  attempt: Attempt,
  expected: {
    attempted: string;
    maxBytes: number;
    take: (piece: Buffer) => Promise<void> | void;
    contentLength?: number;
    contentMD5?: Uint8Array;
  },
): Promise<void> {
  const { attempted, maxBytes, take, contentLength, contentMD5 } = expected;
  const hash = createHash("md5");
  let bytes = 0;
  for await (const piece of body) {
    attempt.progress();
    bytes += (piece as Buffer).length;
    if (bytes > maxBytes) throw tooLarge(attempted, maxBytes);
    hash.update(piece as Buffer);
    await take(piece as Buffer);
  }
  if (contentLength !== undefined && bytes !== contentLength)
    throw new UnusableAnswer("interrupted", 200, `sent ${bytes} of ${contentLength} bytes`);
  if (contentMD5?.length && !hash.digest().equals(Buffer.from(contentMD5)))
    throw new UnusableAnswer(
      "badAnswer",
      200,
      "sent content that does not have the MD5 that OneLake has for it",
    );
}

function tooLarge(attempted: string, maxBytes: number): RequestError {
  return new RequestError({
    ...{ kind: "tooLarge", attempted, on: "OneLake" },
    cameBack: `has a file there that is larger than ${maxBytes} bytes`,
  });
}
