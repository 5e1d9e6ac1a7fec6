import { randomUUID } from "node:crypto";
import { createWriteStream } from "node:fs";
import { rm } from "node:fs/promises";
import type { IncomingMessage } from "node:http";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";

/** The body of a large request, in a file instead of memory. */
export interface SpooledBody {
  readonly file: string;
  readonly size: number;
}

const largestInMemory = 4 * 1024 * 1024;

/** Reads the whole body: into memory, or into a file of `folder` if it is large. */
export async function readOrSpool(message: IncomingMessage, folder: string): Promise<Buffer | SpooledBody> {
  const chunks: Buffer[] = [];
  let size = 0;
  const stream = message[Symbol.asyncIterator]() as AsyncIterableIterator<Buffer>;
  for (let next = await stream.next(); !next.done; next = await stream.next()) {
    chunks.push(next.value);
    size += next.value.length;
    if (size > largestInMemory) return spool(chunks, stream, folder);
  }
  return Buffer.concat(chunks);
}

async function spool(
  chunks: Buffer[],
  rest: AsyncIterableIterator<Buffer>,
  folder: string,
): Promise<SpooledBody> {
  const file = join(folder, randomUUID());
  let size = 0;
  const all = async function* () {
    for (let chunk = chunks.shift(); chunk; chunk = chunks.shift()) {
      size += chunk.length;
      yield chunk;
    }
    for await (const chunk of rest) {
      size += chunk.length;
      yield chunk;
    }
  };
  try {
    await pipeline(all, createWriteStream(file, { flags: "wx" }));
  } catch (error) {
    await rm(file, { force: true }); // the client went away in the middle
    throw error;
  }
  return { file, size };
}
