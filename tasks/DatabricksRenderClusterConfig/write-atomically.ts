import { randomBytes } from "node:crypto";
import { mkdir, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { rename } from "../../shared/files/rename.ts";

/** Writes a file completely or not at all, so that a reader never sees a part of it. Creates its folder if necessary. */
export async function writeAtomically(file: string, text: string): Promise<void> {
  await mkdir(path.dirname(file), { recursive: true });
  const temporaryFile = `${file}.${randomBytes(4).toString("hex")}.part`;
  try {
    await writeFile(temporaryFile, text, { flag: "wx" });
    await rename(temporaryFile, file);
  } finally {
    await rm(temporaryFile, { force: true });
  }
}
