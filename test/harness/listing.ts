import { createHash } from "node:crypto";
import { lstatSync, readdirSync, readFileSync, readlinkSync } from "node:fs";
import path from "node:path";

/** Each file and folder below a folder, with its mode, time of change and digest, to compare before and after. */
export function listingOf(folder: string): Record<string, string> {
  const listing: Record<string, string> = {};
  for (const name of readdirSync(folder, { recursive: true }) as string[]) {
    const file = path.join(folder, name);
    const found = lstatSync(file);
    const content = found.isSymbolicLink()
      ? readlinkSync(file)
      : found.isFile()
        ? createHash("sha256").update(readFileSync(file)).digest("hex")
        : "folder";
    listing[name] = `${found.mode.toString(8)} ${found.mtimeMs} ${content}`;
  }
  return listing;
}
