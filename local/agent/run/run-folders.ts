import { existsSync, statSync } from "node:fs";
import { mkdir, rm } from "node:fs/promises";
import path from "node:path";
import { guardFolder } from "../../guardian/guardian.ts";
import { ownerOf, ownFolders, removeOwner, writeOwner } from "../../guardian/owner.ts";
import { machineFolder } from "./machine-folder.ts";

/** Build ids are tenths of a second since this time, so that they stay below 2^31 until 2032. */
const epoch = Date.UTC(2026, 0, 1);

/** How many finished runs stay on the machine. */
export const keptRuns = 20;

/** The folders of one run. All but the work folder stay after the run. */
export interface RunFolders {
  buildId: number;
  root: string;
  logs: string;
  artifacts: string;
  attachments: string;
  testResults: string;
  pullRequest: string;
  work: string;
  /** Removes the work folder, at the end of the run. */
  removeWork(): Promise<void>;
  /** Removes all folders, if nothing has run. */
  remove(): Promise<void>;
}

/** Creates the folder of a run. Its name is the build id, which no other run of this machine has. The oldest runs are removed. */
export async function makeRunFolders(): Promise<RunFolders> {
  const base = machineFolder();
  for (let buildId = Math.max(1, Math.floor((Date.now() - epoch) / 100)); ; buildId++) {
    const root = path.join(base, `run-${buildId}`);
    try {
      await mkdir(root, { mode: 0o700 });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "EEXIST") continue;
      throw error;
    }
    writeOwner(root);
    const inside = (name: string) => path.join(root, name);
    const work = inside("work");
    const release = guardFolder(work);
    const removal = { recursive: true, force: true, maxRetries: 3 };
    await pruneRuns(base);
    return {
      buildId,
      root,
      logs: inside("logs"),
      artifacts: inside("artifacts"),
      attachments: inside("attachments"),
      testResults: inside("test-results"),
      pullRequest: inside("pull-request"),
      work,
      removeWork: async () => {
        await rm(work, removal);
        removeOwner(root);
        release();
      },
      remove: async () => {
        await rm(root, removal);
        release();
      },
    };
  }
}

/** Removes all but the newest 20 finished runs, and the work folders that these left. Runs that are still going on stay. */
async function pruneRuns(base: string): Promise<void> {
  const number = (folder: string) => Number(path.basename(folder).slice("run-".length));
  const ended = (await ownFolders(base, /^run-\d+$/)).filter(hasEnded).sort((a, b) => number(b) - number(a));
  for (const [index, folder] of ended.entries()) {
    const removed = index < keptRuns ? path.join(folder, "work") : folder;
    if (!existsSync(removed)) continue;
    await rm(removed, { recursive: true, force: true }).catch(() => {}); // the next run tries again
  }
}

/** A run removes its owner file and its work folder at its end. A work folder without owner is from an earlier version; it counts as finished after a day. */
function hasEnded(root: string): boolean {
  const owner = ownerOf(root);
  if (owner !== "none") return owner === "gone";
  const work = statSync(path.join(root, "work"), { throwIfNoEntry: false });
  return work === undefined || Date.now() - work.mtimeMs > 24 * 3_600_000;
}
