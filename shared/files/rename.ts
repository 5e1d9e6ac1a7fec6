import fs from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";

/** Virus scanners open new files for some hundred milliseconds; 3 s in all are enough for a folder of 150 MB on a slow disk. */
const pausesMs = [50, 100, 200, 400, 800, 1_600];
const passing = new Set(["EPERM", "EACCES", "EBUSY"]);

/**
 * Renames a file or a folder. On Windows a rename fails while another program, such as a virus scanner or an indexer, has a file open in
 * it, so that it is repeated for some seconds there. On other systems these errors do not pass.
 */
export async function rename(
  from: string,
  to: string,
  { act = fs.rename, platform = process.platform }: { act?: typeof fs.rename; platform?: string } = {},
): Promise<void> {
  for (const pauseMs of platform === "win32" ? pausesMs : [])
    try {
      return await act(from, to);
    } catch (error) {
      if (!passing.has((error as NodeJS.ErrnoException).code ?? "")) throw error;
      await sleep(pauseMs);
    }
  await act(from, to);
}
