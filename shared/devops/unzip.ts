import { createWriteStream } from "node:fs";
import { mkdir, statfs } from "node:fs/promises";
import path from "node:path";
import { pipeline } from "node:stream/promises";
import { type Entry, openPromise, type ZipFile } from "yauzl";
import { couldNot } from "../text/could-not.ts";

/** ArtifactTool unpacks to some 150 MB in 300 files. A zip of more than these is refused, whatever it really unpacks to. */
const mostBytes = 1024 ** 3;
const mostEntries = 10_000;

const symbolicLink = 0o120000;
const fileType = 0o170000;
const localHeaderBytes = 30;

/**
 * Unpacks a zip below a folder, which exists. The whole directory of the zip is checked before the first file is written: links (the
 * next entry could be written through one), the number of files, their sizes, and that no two share the same bytes. yauzl refuses
 * absolute names, `..` and backslashes, and fails for a file that is larger than the directory says.
 * @param what names the zip in the error
 */
export async function unzip(file: string, folder: string, what: string): Promise<void> {
  let zip: ZipFile | undefined;
  try {
    zip = await openPromise(file, { strictFileNames: true, autoClose: false });
    if (zip.entryCount > mostEntries) throw new Error(`it has ${zip.entryCount} files`);
    const entries: Entry[] = [];
    for await (const entry of zip.eachEntry()) entries.push(entry);
    checkEntries(entries, zip.fileSize);
    const { bavail, bsize } = await statfs(folder);
    if (totalBytes(entries) > bavail * bsize)
      throw new Error(
        `it unpacks to ${megabytes(totalBytes(entries))}, and the disk has ${megabytes(bavail * bsize)} left`,
      );
    for (const entry of entries) await unpack(zip, entry, folder);
  } catch (cause) {
    throw new Error(
      couldNot(
        `unpack ${what}`,
        cause instanceof Error ? cause.message : String(cause),
        "run the step again; if it fails again, look for a proxy that changes downloads",
      ),
      { cause },
    );
  } finally {
    zip?.close();
  }
}

/** Throws if the directory of a zip of `fileBytes` cannot be that of a program, or must not be unpacked. */
function checkEntries(entries: readonly Entry[], fileBytes: number): void {
  const link = entries.find(
    ({ externalFileAttributes }) => ((externalFileAttributes >>> 16) & fileType) === symbolicLink,
  );
  if (link) throw new Error(`${link.fileName} is a symbolic link`);
  if (totalBytes(entries) > mostBytes)
    throw new Error(
      `it unpacks to ${megabytes(totalBytes(entries))}, and ${megabytes(mostBytes)} is the limit`,
    );
  // A small zip can claim the same compressed bytes for many files: https://www.bamsoftware.com/hacks/zipbomb/
  const inOrder = entries.toSorted((a, b) => a.relativeOffsetOfLocalHeader - b.relativeOffsetOfLocalHeader);
  for (const [index, entry] of inOrder.entries()) {
    const { relativeOffsetOfLocalHeader: start, fileNameLength, compressedSize, fileName } = entry;
    const next = inOrder[index + 1]?.relativeOffsetOfLocalHeader ?? fileBytes;
    if (start + localHeaderBytes + fileNameLength + compressedSize > next)
      throw new Error(`${fileName} shares its bytes with another file`);
  }
}

async function unpack(zip: ZipFile, entry: Entry, folder: string): Promise<void> {
  const target = path.join(folder, entry.fileName);
  if (entry.fileName.endsWith("/")) {
    await mkdir(target, { recursive: true });
    return;
  }
  await mkdir(path.dirname(target), { recursive: true });
  const mode = (entry.externalFileAttributes >>> 16) & 0o777 || 0o644;
  const content = await zip.openReadStreamPromise(entry);
  // Never overwrites a file: a name that comes twice is an attack. Nothing may come between the file's opening and the
  // pipeline, which handles its errors.
  await pipeline(content, createWriteStream(target, { flags: "wx", mode }));
}

function totalBytes(entries: readonly Entry[]): number {
  return entries.reduce((sum, { uncompressedSize }) => sum + uncompressedSize, 0);
}

function megabytes(bytes: number): string {
  return `${Math.ceil(bytes / 1024 ** 2).toLocaleString("en-US")} MB`;
}
