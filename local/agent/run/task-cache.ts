import { createHash, randomUUID } from "node:crypto";
import { existsSync } from "node:fs";
import { cp, mkdir, readdir, rename, rm, stat } from "node:fs/promises";
import path from "node:path";
import { machineFolder } from "./machine-folder.ts";

const installed = new Map<string, Promise<string>>();

/**
 * Copies a built task to a folder of the agent, as the agent downloads tasks to `_tasks`. There is no package.json above it that declares
 * its scripts to be ES modules, and a build cannot change it while it runs. Each build of a task has one copy.
 */
export function installTask(folder: string): Promise<string> {
  const known = installed.get(folder) ?? install(folder);
  installed.set(folder, known);
  return known;
}

async function install(folder: string): Promise<string> {
  const parent = path.join(machineFolder(), "tasks");
  const target = path.join(parent, `${path.basename(folder)}-${await fingerprint(folder)}`);
  if (existsSync(target)) return target;
  const unfinished = path.join(parent, randomUUID());
  await mkdir(parent, { recursive: true });
  await cp(folder, unfinished, { recursive: true, preserveTimestamps: true });
  try {
    await rename(unfinished, target);
  } catch (error) {
    await rm(unfinished, { recursive: true, force: true });
    if (!existsSync(target)) throw error; // another run has copied it meanwhile
  }
  return target;
}

/** A hash of the names, sizes and times of a task's files, which differs from build to build. */
async function fingerprint(folder: string): Promise<string> {
  const hash = createHash("sha256").update(folder);
  const names = (await readdir(folder, { recursive: true })).sort();
  for (const name of names) {
    const { size, mtimeMs } = await stat(path.join(folder, name));
    hash.update(`${name}\0${size}\0${mtimeMs}\0`);
  }
  return hash.digest("hex").slice(0, 16);
}
