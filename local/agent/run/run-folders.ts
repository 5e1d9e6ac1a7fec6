import { mkdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";

/** Build ids count tenths of a second from here, which keeps them below 2^31 until 2032. */
const EPOCH = Date.UTC(2026, 0, 1);

/** The folders of one run; all but the work folder stay for the reader. */
export interface RunFolders {
  buildId: number;
  root: string;
  logs: string;
  artifacts: string;
  attachments: string;
  work: string;
}

/** Makes the run's folder, whose name is its build id: no two runs of this machine have the same. */
export async function makeRunFolders(): Promise<RunFolders> {
  const base = path.join(tmpdir(), "notebook-ops");
  await mkdir(base, { recursive: true, mode: 0o700 });
  for (let buildId = Math.max(1, Math.floor((Date.now() - EPOCH) / 100)); ; buildId++) {
    const root = path.join(base, `run-${buildId}`);
    try {
      await mkdir(root, { mode: 0o700 });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "EEXIST") continue;
      throw error;
    }
    const inside = (name: string) => path.join(root, name);
    return {
      buildId,
      root,
      logs: inside("logs"),
      artifacts: inside("artifacts"),
      attachments: inside("attachments"),
      work: inside("work"),
    };
  }
}

export async function removeWork(folders: RunFolders): Promise<void> {
  await rm(folders.work, { recursive: true, force: true, maxRetries: 3 });
}
