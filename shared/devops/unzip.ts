import { createWriteStream } from "node:fs";
import { mkdir } from "node:fs/promises";
import path from "node:path";
import { pipeline } from "node:stream/promises";
import { openPromise } from "yauzl";

/** ArtifactTool has some 150 MB: more than this is none of the tools that we unpack. */
const mostBytes = 2 * 1024 ** 3;
const symbolicLink = 0o120000;
const fileType = 0o170000;

/**
 * Unpacks a zip below a folder. yauzl refuses absolute names, `..`, backslashes and sizes that lie; links are refused here, as
 * the next entry could be written through one. Throws with one sentence that names the zip as `what`.
 */
export async function unzip(file: string, folder: string, what: string): Promise<void> {
  try {
    const zip = await openPromise(file, { strictFileNames: true });
    let bytes = 0;
    for await (const entry of zip.eachEntry()) {
      const mode = entry.externalFileAttributes >>> 16;
      if ((mode & fileType) === symbolicLink) throw new Error(`${entry.fileName} is a symbolic link`);
      bytes += entry.uncompressedSize;
      if (bytes > mostBytes) throw new Error("it unpacks to more than 2 GB");
      const target = path.join(folder, entry.fileName);
      if (entry.fileName.endsWith("/")) {
        await mkdir(target, { recursive: true });
        continue;
      }
      await mkdir(path.dirname(target), { recursive: true });
      // Never over a file that is there: a name that comes twice is no accident.
      const sink = createWriteStream(target, { flags: "wx", mode: mode & 0o777 || 0o644 });
      await pipeline(await zip.openReadStreamPromise(entry), sink);
    }
  } catch (cause) {
    const why = cause instanceof Error ? cause.message.replace(/\.$/, "") : String(cause);
    throw new Error(
      `Unpacked ${what}, which cannot be trusted: ${why}; run the step again, and look for what changes downloads on their way if it stays so.`,
      { cause },
    );
  }
}
