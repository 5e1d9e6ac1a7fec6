import { lstatSync, mkdirSync, type Stats, statSync } from "node:fs";
import { tmpdir, userInfo } from "node:os";
import path from "node:path";

/**
 * The folder that all runs of this user on this machine share. Everybody can write to its parent, so that somebody else may have made
 * what stands there: only a folder of this user that nobody else can open is taken.
 * @throws one sentence if it cannot be used
 */
export function machineFolder(): string {
  const { uid } = userInfo();
  const folder = path.join(tmpdir(), uid < 0 ? "notebook-ops-runs" : `notebook-ops-runs-${uid}`);
  try {
    mkdirSync(folder, { mode: 0o700 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST")
      throw unusable(folder, (error as Error).message, "set TMPDIR to a folder of yours", error);
  }
  const [problem, remedy] = problemOf(folder, lstatSync(folder), uid) ?? [];
  if (problem !== undefined) throw unusable(folder, problem, `${remedy}, or set TMPDIR to a folder of yours`);
  return folder;
}

/** What is wrong with what stands at the folder's path, and what to do about it. */
function problemOf(folder: string, found: Stats, uid: number): [string, string] | undefined {
  if (found.isSymbolicLink()) {
    const target = statSync(folder, { throwIfNoEntry: false });
    return [target ? "it is a link" : "it is a link that leads nowhere", "remove it"];
  }
  if (!found.isDirectory()) return ["it is not a folder", "remove it"];
  if (uid < 0) return undefined; // Windows: the temporary folder is the user's own
  if (found.uid !== uid) return ["it belongs to another user", "ask that user to remove it"];
  if ((found.mode & 0o077) !== 0) return ["other users can open it", `run chmod go= ${folder}`];
  return undefined;
}

function unusable(folder: string, problem: string, remedy: string, cause?: unknown): Error {
  return new Error(`Could not keep runs in ${folder}: ${problem}; ${remedy}.`, { cause });
}
