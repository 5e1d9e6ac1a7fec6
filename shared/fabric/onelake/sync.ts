import ignore from "ignore";
import { mapBounded } from "../../concurrency/bounded.ts";
import { quotePath } from "../../notebook/artifact/paths.ts";
import { couldNot } from "../../text/could-not.ts";
import { ByteBudget } from "./byte-budget.ts";
import { deletePath } from "./delete-path.ts";
import { listEntries } from "./listing.ts";
import { readLocalFolder } from "./local-folder.ts";
import { below, type OneLakePath, shownPath } from "./paths.ts";
import { planSync } from "./plan-sync.ts";
import type { StorageClient } from "./storage-client.ts";
import { uploadIfChanged } from "./upload-file.ts";

export interface SyncOptions {
  /** Whether to delete what has no local counterpart, except for what is excluded; kept unless given. */
  deleteGone?: boolean;
  /** By the rules of gitignore: what they match is neither sent nor deleted. */
  exclude?: readonly string[];
  /** How many files to work on at a time; 32 unless given. */
  concurrency?: number;
}

export interface SyncSummary {
  uploaded: number;
  /** Files, and folders that were deleted with all that was below them. */
  deleted: number;
  unchanged: number;
  /** How much was sent. */
  bytes: number;
  seconds: number;
}

/** For the contents of files that are being sent. */
const mostBytesInMemory = 64 * 1024 * 1024;
const filesAtOnce = 32;

/**
 * Makes a folder of OneLake equal to a local one. Sends only what differs, by size and MD5: a listing tells both, so that a sync with nothing
 * to do sends no other requests. A file whose MD5 OneLake does not know is sent again, because only that is certain to be right.
 */
export async function syncFolder(
  storage: StorageClient,
  folder: string,
  target: OneLakePath,
  { deleteGone = false, exclude = [], concurrency = filesAtOnce }: SyncOptions,
): Promise<SyncSummary> {
  const start = performance.now();
  const { log } = storage.host;
  const excluded = ignore({ ignorecase: false }).add([...exclude]);
  const [local, remote] = await Promise.all([
    readLocalFolder(folder, excluded),
    listEntries(storage, target),
  ]);
  for (const { path, reason } of local.leftOut) log.warning(`Left out ${quotePath(path)}: ${reason}.`);
  const plan = planSync(local.files, remote, (path, isFolder) => {
    const name = isFolder ? `${path}/` : path;
    return ignore.isPathValid(name) && excluded.ignores(name);
  });
  const summary = { uploaded: 0, deleted: 0, unchanged: 0, bytes: 0 };
  const remove = async (paths: readonly string[]) => {
    await mapBounded(paths, concurrency, (path) => deletePath(storage, below(target, path)));
    summary.deleted += paths.length;
  };
  const stuck = plan.inTheWay.find((path) => !deleteGone || plan.kept.has(path));
  if (stuck !== undefined)
    throw new Error(
      couldNot(
        `copy ${folder} to ${shownPath(target)} in OneLake`,
        `${quotePath(stuck)} is a file in one of them and a folder in the other`,
        "rename the local one, or delete the other",
      ),
    );
  await remove(plan.inTheWay);

  const vanished: string[] = [];
  const budget = new ByteBudget(mostBytesInMemory);
  await mapBounded(plan.files, concurrency, async ({ local: file, remote: counterpart }) => {
    const place = below(target, file.path);
    const outcome = await uploadIfChanged({ storage, budget, file, target: place }, counterpart);
    if (outcome.kind === "unchanged") summary.unchanged++;
    else if (outcome.kind === "uploaded") {
      summary.uploaded++;
      summary.bytes += outcome.bytes;
    } else if (counterpart !== undefined) vanished.push(file.path);
  });
  // At the end, so that a sync which fails half-way takes nothing away.
  if (deleteGone) await remove([...plan.gone, ...vanished]);
  return { ...summary, seconds: (performance.now() - start) / 1000 };
}
