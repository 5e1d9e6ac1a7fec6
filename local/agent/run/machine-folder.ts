import { lstatSync, mkdirSync, type Stats, statSync } from "node:fs";
import { tmpdir, userInfo } from "node:os";
import path from "node:path";
import { couldNot } from "../../../shared/text/could-not.ts";

/**
 * The folder for all runs of this user on this machine. Every user can write to its parent, so another user can have created something at
 * its path: only a folder that belongs to this user, and that nobody else can open, is used.
 * @throws Error with one sentence if it cannot be used
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

/** What is wrong with the folder, and what to do about it. */
function problemOf(folder: string, found: Stats, uid: number): [string, string] | undefined {
  if (found.isSymbolicLink()) {
    const target = statSync(folder, { throwIfNoEntry: false });
    return [target ? "it is a link" : "it is a link that leads nowhere", "remove it"];
  }
  if (!found.isDirectory()) return ["it is not a folder", "remove it"];
  if (uid < 0) return undefined; // on Windows each user has a temporary folder of their own
  if (found.uid !== uid) return ["it belongs to another user", "ask that user to remove it"];
  if ((found.mode & 0o077) !== 0) return ["other users can open it", `run chmod go= ${folder}`];
  return undefined;
}

function unusable(folder: string, problem: string, remedy: string, cause?: unknown): Error {
  return new Error(couldNot(`keep runs in ${folder}`, problem, remedy), { cause });
}
