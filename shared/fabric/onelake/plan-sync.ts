import type { RemoteEntry } from "./listing.ts";
import type { LocalFile } from "./local-folder.ts";

interface SyncPlan {
  /** Every local file, with what OneLake has in its place: undefined if that is nothing, so that it need not be compared. */
  files: { local: LocalFile; remote: RemoteEntry | undefined }[];
  /** Paths of OneLake where there must be a folder instead of the file, or a file instead of the folder. */
  inTheWay: string[];
  /** Paths of OneLake that have no counterpart any more; a folder stands for all that is below it. */
  gone: string[];
  /** Folders of OneLake that contain something excluded, which must stay. */
  kept: ReadonlySet<string>;
}

/**
 * What to do to make a folder of OneLake equal to a local one.
 * @param isExcluded tells what was left out of the local files on purpose: it stays in OneLake
 */
export function planSync(
  local: readonly LocalFile[],
  remote: readonly RemoteEntry[],
  isExcluded: (path: string, isFolder: boolean) => boolean,
): SyncPlan {
  const files = new Set(local.map(({ path }) => path));
  const folders = new Set(local.flatMap(({ path }) => ancestorsOf(path)));
  const kept = new Set<string>();
  const byPath = new Map<string, RemoteEntry>();
  const inTheWay = new Set<string>();
  const unknown: string[] = [];
  for (const entry of remote) {
    const { path, isFolder } = entry;
    byPath.set(path, entry);
    if (isExcluded(path, isFolder)) {
      for (const folder of isFolder ? [path, ...ancestorsOf(path)] : ancestorsOf(path)) kept.add(folder);
      continue;
    }
    // A listing may leave folders out, so a file is told from its place below a path, too.
    const blocking =
      isFolder || !files.has(path) ? [path, ...ancestorsOf(path)].find((each) => files.has(each)) : undefined;
    if (blocking !== undefined) inTheWay.add(blocking);
    else if (!isFolder && folders.has(path)) inTheWay.add(path);
    else if (isFolder ? !folders.has(path) : !files.has(path)) unknown.push(path);
  }
  const gone = new Set(
    unknown.map((path) =>
      [...ancestorsOf(path).reverse(), path].find((each) => !folders.has(each) && !kept.has(each)),
    ),
  );
  return {
    files: local.map((file) => {
      const entry = byPath.get(file.path);
      return { local: file, remote: entry?.isFolder ? undefined : entry };
    }),
    inTheWay: [...inTheWay].sort(),
    gone: [...gone].filter((path) => path !== undefined).sort(),
    kept,
  };
}

/** The folders above a path, the nearest first. */
function ancestorsOf(path: string): string[] {
  const folders = [];
  for (let end = path.lastIndexOf("/"); end > 0; end = path.lastIndexOf("/", end - 1))
    folders.push(path.slice(0, end));
  return folders;
}
