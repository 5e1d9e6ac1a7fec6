import { randomBytes } from "node:crypto";
import { mkdir, rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";

/** Writes a file whole or not at all: a reader never sees half of it. */
export async function writeWhole(file: string, text: string): Promise<void> {
  await mkdir(path.dirname(file), { recursive: true });
  const part = `${file}.${randomBytes(4).toString("hex")}.part`;
  try {
    await writeFile(part, text, { flag: "wx" });
    await rename(part, file);
  } finally {
    await rm(part, { force: true });
  }
}
