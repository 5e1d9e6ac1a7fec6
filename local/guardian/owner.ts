import { existsSync, lstatSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { readdir, rm } from "node:fs/promises";
import { hostname, userInfo } from "node:os";
import path from "node:path";

const fileName = ".notebook-ops-owner.json";

/** Writes a file into a folder that names this process as its user. */
export function writeOwner(folder: string): void {
  writeFileSync(path.join(folder, fileName), JSON.stringify({ pid: process.pid, host: hostname() }), {
    mode: 0o600,
    flag: "wx",
  });
}

export function removeOwner(folder: string): void {
  rmSync(path.join(folder, fileName), { force: true });
}

/**
 * Whether a process uses the folder: "gone" if it has ended without removing the file, "none" if there is no such file. A process of
 * another machine or container that shares the folder counts as present, since its id means nothing here.
 */
export function ownerOf(folder: string): "present" | "gone" | "none" {
  const file = path.join(folder, fileName);
  if (!existsSync(file)) return "none";
  try {
    const { pid, host } = JSON.parse(readFileSync(file, "utf8")) as Record<string, unknown>;
    const isHere = host === hostname() && typeof pid === "number" && Number.isInteger(pid) && pid > 0;
    return isHere && !isAlive(pid) ? "gone" : "present";
  } catch {
    return "present"; // the file is not complete yet
  }
}

/** The folders directly in `parent` whose name matches and that belong to this user. A link is not a folder. */
export async function ownFolders(parent: string, pattern: RegExp): Promise<string[]> {
  const { uid } = userInfo();
  const names = await readdir(parent).catch(() => [] as string[]);
  return names
    .filter((name) => pattern.test(name))
    .map((name) => path.join(parent, name))
    .filter((folder) => {
      const found = lstatSync(folder, { throwIfNoEntry: false });
      return found?.isDirectory() === true && (uid < 0 || found.uid === uid);
    });
}

/** Removes the folders in `parent` whose process and guardian were both killed before they could clean up. */
export async function removeAbandoned(parent: string, pattern: RegExp): Promise<void> {
  for (const folder of await ownFolders(parent, pattern))
    if (ownerOf(folder) === "gone")
      await rm(folder, { recursive: true, force: true, maxRetries: 3 }).catch(() => {});
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== "ESRCH"; // EPERM: it runs, as another user
  }
}
