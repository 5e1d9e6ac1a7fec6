import { gunzipSync, gzipSync } from "node:zlib";
import { pathProblem } from "../notebook/artifact/paths.ts";

/** A file of an artifact with its published bytes. */
export interface PublishedFile {
  path: string;
  bytes: Buffer;
}

/** Anyone may have written a packed text: what it unpacks to must not exhaust the memory. */
const maxUnpackedBytes = 256 * 1024 * 1024;
const charactersPerLine = 1_000;

/** Files as a text of base64 lines, compressed. */
export function packFiles(files: readonly PublishedFile[]): string {
  const entries = files.map(({ path, bytes }) => ({ path, base64: bytes.toString("base64") }));
  const text = gzipSync(JSON.stringify(entries)).toString("base64");
  return text.match(new RegExp(`.{1,${charactersPerLine}}`, "g"))?.join("\n") ?? "";
}

/** Undefined if the text is not one that packFiles could have written. */
export function unpackFiles(text: string): PublishedFile[] | undefined {
  try {
    const packed = Buffer.from(text.replace(/\s+/g, ""), "base64");
    const json = gunzipSync(packed, { maxOutputLength: maxUnpackedBytes }).toString("utf8");
    const entries = JSON.parse(json) as { path: string; base64: string }[];
    const files = entries.map(({ path, base64 }) => ({ path, bytes: Buffer.from(base64, "base64") }));
    return files.every(({ path }) => pathProblem(path) === undefined) ? files : undefined;
  } catch {
    return undefined;
  }
}
