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

/** Larger files are copied in chunks, unless they may be notebooks. */
const wholeFileBytes = 1024 * 1024;
/** After this many files the event loop runs once, so that a cancelled step is noticed. */
const filesPerTurn = 64;

export interface FileContent {
  file: SelectedFile;
  /** Undefined for a large file that is not a notebook, which is not read whole. */
  pinned: PinnedNotebook | undefined;
}

/**
 * Reads the files one by one and pins `pin` in the notebooks among them; only one file is in memory at a time. The reads and writes are
 * synchronous because that takes a third of the time for files of notebook size: asynchronous ones go through the thread pool for each
 * of their steps (bench/pinning.ts).
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

/** Writes a file of readPinned, with its pins, to `folder`. Returns its entry in the manifest. */
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
