import { createHash, randomUUID } from "node:crypto";
import { existsSync } from "node:fs";
import { cp, mkdir, readdir, rename, rm, stat } from "node:fs/promises";
import path from "node:path";
import { machineFolder } from "./machine-folder.ts";

const installed = new Map<string, Promise<string>>();

/**
 * A built task as the agent has it: downloaded into a folder of its own (`_tasks`), where no package.json of ours stands above it
 * and says that its scripts are ES modules, and where no build changes it while it runs. One copy for each build of the task.
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
    if (!existsSync(target)) throw error; // another run was quicker
  }
  return target;
}

/** Names, sizes and times of a task's files: another build of it is another copy. */
async function fingerprint(folder: string): Promise<string> {
  const hash = createHash("sha256").update(folder);
  const names = (await readdir(folder, { recursive: true })).sort();
  for (const name of names) {
    const { size, mtimeMs } = await stat(path.join(folder, name));
    hash.update(`${name}\0${size}\0${mtimeMs}\0`);
  }
  return hash.digest("hex").slice(0, 16);
}
