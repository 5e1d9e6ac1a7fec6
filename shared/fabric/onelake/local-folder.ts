import { type Dirent, lstat, type Stats } from "node:fs";
import { readdir, realpath } from "node:fs/promises";
import { join, relative, sep } from "node:path";
import { promisify } from "node:util";
import type { Ignore } from "ignore";
import { quotePath } from "../../notebook/artifact/paths.ts";
import { couldNot } from "../../text/could-not.ts";
import { pathProblem } from "./paths.ts";

export interface LocalFile {
  /** Slash-separated, relative to the folder. */
  path: string;
  /** The file to read, which a link may have led to; itself no link. */
  source: string;
  bytes: number;
}

export interface LocalFolder {
  files: LocalFile[];
  /** What is neither excluded nor a file: links that are broken or leave the folder, sockets, devices. */
  leftOut: { path: string; reason: string }[];
}

interface Walk {
  root: string;
  excluded: Ignore;
  found: LocalFolder;
}

const status = promisify(lstat);

/**
 * The files of a folder, but for what the globs exclude. A link counts as what it points to if that is in the folder too. What is deleted
 * meanwhile counts as never having been there.
 */
export async function readLocalFolder(folder: string, excluded: Ignore): Promise<LocalFolder> {
  const root = await realpath(folder).catch((cause) => {
    throw unreadable(folder, cause);
  });
  const found: LocalFolder = { files: [], leftOut: [] };
  await walk({ root, excluded, found }, "", root, [root]);
  found.files.sort((one, other) => (one.path < other.path ? -1 : 1));
  return found;
}

async function walk(context: Walk, prefix: string, folder: string, ancestors: string[]): Promise<void> {
  for (const entry of await entriesOf(context, prefix, folder)) {
    const path = prefix + entry.name;
    const isFolder = entry.isDirectory();
    if (!entry.isSymbolicLink() && isExcluded(context, path, isFolder)) continue;
    const target = await resolve(context, path, join(folder, entry.name), entry);
    if (target === undefined || isExcluded(context, path, target.stats.isDirectory())) continue;
    const { source, stats } = target;
    if (!stats.isDirectory()) {
      requireName(context, path);
      context.found.files.push({ path, source, bytes: stats.size });
    } else if (ancestors.includes(source))
      context.found.leftOut.push({ path, reason: "the link points to a folder that contains it" });
    else await walk(context, `${path}/`, source, [...ancestors, source]);
  }
}

async function entriesOf({ root }: Walk, prefix: string, folder: string): Promise<Dirent[]> {
  try {
    return await readdir(folder, { withFileTypes: true });
  } catch (cause) {
    if (isGone(cause) && folder !== root) return [];
    throw unreadable(prefix === "" ? root : join(root, prefix), cause);
  }
}

/** What an entry is and where it is; undefined if it is not used. */
async function resolve(
  { root, found, excluded }: Walk,
  path: string,
  source: string,
  entry: Dirent,
): Promise<{ source: string; stats: Stats } | undefined> {
  const leaveOut = (reason: string): undefined => {
    if (!excluded.ignores(path)) found.leftOut.push({ path, reason });
  };
  const real = entry.isSymbolicLink() ? await realpath(source).catch(() => undefined) : source;
  if (real === undefined) return leaveOut("the link is broken");
  const inside = relative(root, real);
  if (inside === ".." || inside.startsWith(`..${sep}`) || /^([A-Za-z]:|[\\/])/.test(inside))
    return leaveOut("the link points outside the folder");
  try {
    const stats = await status(real);
    return stats.isFile() || stats.isDirectory()
      ? { source: real, stats }
      : leaveOut("it is neither a file nor a folder");
  } catch (cause) {
    if (isGone(cause)) return undefined;
    throw unreadable(source, cause);
  }
}

function isExcluded({ excluded }: Walk, path: string, isFolder: boolean): boolean {
  return excluded.ignores(isFolder ? `${path}/` : path);
}

function requireName({ root }: Walk, path: string): void {
  const problem = pathProblem(path);
  if (problem !== undefined)
    throw new Error(
      couldNot(
        `copy ${quotePath(path)} from ${root} to OneLake`,
        `the path ${problem}`,
        "rename the file or exclude it",
      ),
    );
}

export function isGone(cause: unknown): boolean {
  return ["ENOENT", "ENOTDIR"].includes((cause as NodeJS.ErrnoException).code ?? "");
}

/** @param cause of Node's file system */
export function unreadable(path: string, cause: unknown): Error {
  const { code, message } = cause as NodeJS.ErrnoException;
  const reasons: Record<string, readonly [string, string]> = {
    ENOENT: ["it does not exist", "check the path"],
    ENOTDIR: ["it is not a folder", "give a folder"],
    EACCES: ["this user may not read it", "change its permissions or exclude it"],
    EPERM: ["this user may not read it", "change its permissions or exclude it"],
  };
  const [reason, advice] = reasons[code ?? ""] ?? [message, "check the disk, or exclude it"];
  return new Error(couldNot(`read ${path}`, reason, advice), { cause });
}
