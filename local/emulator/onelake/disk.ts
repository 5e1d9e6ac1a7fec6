import type { BigIntStats, Dirent } from "node:fs";
import { copyFile, lstat, mkdir, readdir, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";

/** A file or folder of an item. Symbolic links are not in OneLake, so that none leads out of the item. */
export interface Entry {
  /** On this machine. */
  readonly file: string;
  readonly isDirectory: boolean;
  readonly size: number;
  readonly stats: BigIntStats;
}

/** What is at this path below `folder`; undefined if there is nothing, or a link on the way. */
export async function entryAt(folder: string, segments: readonly string[]): Promise<Entry | undefined> {
  let entry = await entryOf(folder);
  for (const segment of segments) {
    if (!entry?.isDirectory) return undefined;
    entry = await entryOf(join(entry.file, segment));
  }
  return entry;
}

async function entryOf(file: string): Promise<Entry | undefined> {
  const stats = await lstat(file, { bigint: true }).catch(() => undefined);
  if (!stats || !(stats.isDirectory() || stats.isFile())) return undefined;
  const isDirectory = stats.isDirectory();
  return { file, isDirectory, size: isDirectory ? 0 : Number(stats.size), stats };
}

/** Creates the folders above a path. Returns the path's file, or undefined if something on the way is not a folder. */
export async function makeParents(folder: string, segments: readonly string[]): Promise<string | undefined> {
  let parent = folder;
  for (const segment of segments.slice(0, -1)) {
    parent = join(parent, segment);
    await mkdir(parent, { recursive: true }).catch(() => undefined);
    if (!(await entryOf(parent))?.isDirectory) return undefined;
  }
  return join(parent, segments.at(-1) ?? "");
}

/** Puts a finished upload in place: a reader sees the old file or the new one, nothing in between. */
export async function replaceFile(upload: string, file: string): Promise<void> {
  try {
    await rename(upload, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EXDEV") throw error;
    await mkdir(dirname(file), { recursive: true });
    await copyFile(upload, file);
    await rm(upload, { force: true });
  }
}

/** A path in a list, before anything but its kind is known of it. */
export interface Listed {
  readonly segments: readonly string[];
  readonly isDirectory: boolean;
}

interface WalkOptions {
  recursive: boolean;
  /** Only paths after this one. */
  after?: readonly string[] | undefined;
  /** Takes the names of the first level. */
  only?: (name: string) => boolean;
}

/** The files and folders below a path in a fixed order: a folder, then its content, then what follows it by name. */
export async function* walk(
  folder: string,
  segments: readonly string[],
  { recursive, after, only }: WalkOptions,
): AsyncGenerator<Listed> {
  const skipTo = after?.[0];
  const children = await readdir(join(folder, ...segments), { withFileTypes: true }).catch(
    (): Dirent[] => [],
  );
  children.sort((a, b) => compare(a.name, b.name));
  for (const child of children) {
    if (!(child.isDirectory() || child.isFile()) || !(only?.(child.name) ?? true)) continue;
    const order = skipTo === undefined ? 1 : compare(child.name, skipTo);
    if (order < 0) continue;
    const path = [...segments, child.name];
    if (order > 0) yield { segments: path, isDirectory: child.isDirectory() };
    if (!recursive || !child.isDirectory()) continue;
    yield* walk(folder, path, { recursive, after: order === 0 ? after?.slice(1) : undefined });
  }
}

export function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
