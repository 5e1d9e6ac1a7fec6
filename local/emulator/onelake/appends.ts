import { randomUUID } from "node:crypto";
import { createReadStream, createWriteStream } from "node:fs";
import { rm, truncate, writeFile } from "node:fs/promises";
import { join, sep } from "node:path";
import { pipeline } from "node:stream/promises";
import type { ServiceRequest } from "../http/request.ts";
import { contentSize, writeContent } from "./content.ts";
import { type Entry, replaceFile } from "./disk.ts";
import { invalidQuery, storageError } from "./errors.ts";

/** Data that was appended and not yet flushed, which no reader sees. */
interface Staged {
  readonly upload: string;
  /** The size of the file when the first data came. The upload begins with the byte after it. */
  readonly base: number;
  /** What has arrived: positions in the file, in any order. */
  ranges: { start: number; end: number }[];
}

/**
 * The two steps in which the DFS API writes a file.
 * Source: https://learn.microsoft.com/rest/api/storageservices/datalakestoragegen2/path/update
 */
export class Appends {
  readonly #folder: string;
  readonly #staged = new Map<string, Staged>();

  constructor(uploadFolder: string) {
    this.#folder = uploadFolder;
  }

  async append(request: ServiceRequest, entry: Entry, position: number): Promise<void> {
    let staged = this.#staged.get(entry.file);
    if (!staged) {
      staged = { upload: join(this.#folder, randomUUID()), base: entry.size, ranges: [] };
      this.#staged.set(entry.file, staged);
      await writeFile(staged.upload, "", { flag: "a" });
    }
    if (position < staged.base) throw invalidQuery(request, "position", String(position));
    await writeFile(staged.upload, "", { flag: "a" }); // the request that staged it may not have created it yet
    await writeContent(request, staged.upload, position - staged.base);
    staged.ranges.push({ start: position, end: position + contentSize(request) });
  }

  /** Writes what was appended up to `position`, which is the size of the file then, and forgets the rest. */
  async flush(request: ServiceRequest, entry: Entry, position: number): Promise<void> {
    const staged = this.#staged.get(entry.file);
    if (!staged) {
      if (position === entry.size) return;
      throw invalidPosition(request);
    }
    if (staged.base !== entry.size || contiguousEnd(staged) < position || position < entry.size)
      throw invalidPosition(request);
    this.#staged.delete(entry.file);
    await truncate(staged.upload, position - staged.base);
    if (staged.base === 0) return replaceFile(staged.upload, entry.file);
    await pipeline(createReadStream(staged.upload), createWriteStream(entry.file, { flags: "a" }));
    await rm(staged.upload, { force: true });
  }

  /** Forgets what was appended to a path and to those below it. */
  async discard(file: string): Promise<void> {
    const gone = [...this.#staged].filter(([path]) => path === file || path.startsWith(file + sep));
    for (const [path] of gone) this.#staged.delete(path);
    await Promise.all(gone.map(([, { upload }]) => rm(upload, { force: true })));
  }
}

/** Up to where the data that has arrived has no gap. */
function contiguousEnd({ base, ranges }: Staged): number {
  let end = base;
  for (const range of [...ranges].sort((a, b) => a.start - b.start))
    if (range.start <= end) end = Math.max(end, range.end);
  return end;
}

function invalidPosition(request: ServiceRequest) {
  const message =
    "The uploaded data is not contiguous or the position query parameter value is not equal to the length of the file after appending the uploaded data.";
  return storageError(request, 400, "InvalidFlushPosition", message);
}
