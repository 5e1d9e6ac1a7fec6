import { spawnSync } from "node:child_process";
import { setTimeout as wait } from "node:timers/promises";

/** Whether a process has ended; one that was killed and that nobody has reaped yet counts as ended. */
export function isGone(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch {
    return true;
  }
  return spawnSync("ps", ["-o", "stat=", "-p", String(pid)], { encoding: "utf8" }).stdout.startsWith("Z");
}

/** Resolves as soon as a condition holds; a test's own time limit ends one that never does. */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await wait(10);
}
