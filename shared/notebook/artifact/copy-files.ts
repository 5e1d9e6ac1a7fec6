import { createHash } from "node:crypto";
import {
  closeSync,
  createReadStream,
  createWriteStream,
  mkdirSync,
  openSync,
  readFileSync,
  readSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import { setImmediate } from "node:timers/promises";
import { type PinnedNotebook, pinNotebook, type WidgetPin } from "../pin.ts";
import { maxNotebookBytes, mayBeNotebook, refuseLargeNotebook } from "../read-notebook.ts";
import type { ArtifactFile } from "./digest.ts";
import type { SelectedFile } from "./select-files.ts";

/** Files up to this size are read whole; larger ones, unless they may be notebooks, pass in chunks. */
const wholeFileBytes = 1024 * 1024;
/** So often the event loop gets its turn (a cancelled pipeline, a signal). */
const filesPerTurn = 64;

export interface FileContent {
  file: SelectedFile;
  /** Undefined for a large file that is no notebook: it is not read whole. */
  pinned: PinnedNotebook | undefined;
}

/**
 * Reads the files one by one and pins `pin` in the notebooks among them; the content of one file is held at a time.
 * Synchronous reads and writes on purpose: for files of notebook size they take a third of the time of the asynchronous
 * ones, which pass each of their steps through the thread pool (bench/pinning.ts).
 */
export async function* readPinned(
  files: readonly SelectedFile[],
  pin: WidgetPin | undefined,
  signal?: AbortSignal,
): AsyncGenerator<FileContent> {
  for (const [index, file] of files.entries()) {
    if (index % filesPerTurn === 0) await setImmediate();
    signal?.throwIfAborted();
    yield { file, pinned: isRead(file) ? readOne(file, pin) : undefined };
  }
}

/** Copies a file of readPinned under `folder`, with its pins, and answers its entry in the manifest. */
export async function writeCopy(folder: string, { file, pinned }: FileContent): Promise<ArtifactFile> {
  const target = join(folder, file.path);
  mkdirSync(dirname(target), { recursive: true });
  const hash = createHash("sha256");
  if (pinned) {
    writeFileSync(target, pinned.content, { mode: file.mode });
    return {
      path: file.path,
      sha256: hash.update(pinned.content).digest("hex"),
      size: pinned.content.length,
    };
  }
  let size = 0;
  const measure = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk);
      size += chunk.length;
      done(null, chunk);
    },
  });
  await pipeline(createReadStream(file.source), measure, createWriteStream(target, { mode: file.mode }));
  return { path: file.path, sha256: hash.digest("hex"), size };
}

function isRead({ path, source, size }: SelectedFile): boolean {
  if (!mayBeNotebook(path)) return size <= wholeFileBytes;
  if (size > maxNotebookBytes) {
    refuseLargeNotebook(path, readStart(source), size);
    return false;
  }
  return true;
}

function readOne(file: SelectedFile, pin: WidgetPin | undefined): PinnedNotebook {
  const content = readFileSync(file.source);
  return pin && mayBeNotebook(file.path)
    ? pinNotebook(file.path, content, pin)
    : { content, changed: false, declarations: 0, warnings: [] };
}

function readStart(source: string): Buffer {
  const start = Buffer.alloc(100);
  const descriptor = openSync(source, "r");
  try {
    return start.subarray(0, readSync(descriptor, start));
  } finally {
    closeSync(descriptor);
  }
}
