import { lstat, mkdir, rm } from "node:fs/promises";
import { tmpdir, userInfo } from "node:os";
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
  testResults: string;
  work: string;
}

/**
 * The folder that all runs of this user on this machine share.
 * @throws one sentence where somebody else owns it
 */
export async function machineFolder(): Promise<string> {
  const { uid } = userInfo();
  const folder = path.join(tmpdir(), uid < 0 ? "notebook-ops-runs" : `notebook-ops-runs-${uid}`);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const found = await lstat(folder);
  if (!found.isDirectory() || (uid >= 0 && found.uid !== uid))
    throw new Error(
      `Keeping runs in ${folder} failed: it belongs to somebody else; remove it, or set TMPDIR to a folder of yours.`,
    );
  return folder;
}

/** Makes the run's folder, whose name is its build id: no two runs of this machine have the same. */
export async function makeRunFolders(): Promise<RunFolders> {
  const base = await machineFolder();
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
      testResults: inside("test-results"),
      work: inside("work"),
    };
  }
}

export async function removeWork(folders: RunFolders): Promise<void> {
  await rm(folders.work, { recursive: true, force: true, maxRetries: 3 });
}
