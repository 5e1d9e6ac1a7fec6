import path from "node:path/posix";
import { mapBounded } from "../../concurrency/bounded.ts";
import { maxConcurrentRequests, type WorkspaceApi } from "../api/workspace.ts";

/**
 * The requests that create `target` and the folders below it, in rounds: the requests of a round may be sent at the same time, a round
 * after the one before has ended. No two requests of a round create the same folder, because mkdirs requests that overlap can create two
 * folders of one name, for which Databricks' own Terraform provider sends them one after another:
 * https://github.com/databricks/terraform-provider-databricks/blob/main/workspace/resource_notebook.go
 * mkdirs also creates the parents, so that a folder with a single folder in it needs no request.
 */
export function folderRounds(target: string, folders: Iterable<string>): string[][] {
  const all = new Set([target]);
  for (let folder of folders)
    for (; folder.length > target.length; folder = path.dirname(folder)) all.add(folder);
  const childCount = new Map<string, number>();
  for (const folder of all)
    if (folder !== target)
      childCount.set(path.dirname(folder), (childCount.get(path.dirname(folder)) ?? 0) + 1);
  const rounds: string[][] = [];
  /** By folder: how many rounds come before the one that creates what is in it. */
  const roundOf = new Map<string, number>();
  // A folder comes after its parent in this order.
  for (const folder of [...all].sort((a, b) => a.length - b.length)) {
    const round = folder === target ? 0 : roundOf.get(path.dirname(folder))!;
    const isRequested = childCount.get(folder) !== 1;
    roundOf.set(folder, isRequested ? round + 1 : round);
    if (!isRequested) continue;
    rounds[round] ??= [];
    rounds[round].push(folder);
  }
  return rounds;
}

/**
 * Creates the folders of `folderRounds`.
 * @param options.signal no further request is sent after it aborts
 * @param options.onDoubt called for each request that may create its folder again after it was deleted
 */
export async function createFolders(
  workspace: WorkspaceApi,
  rounds: readonly (readonly string[])[],
  { signal, onDoubt }: { signal?: AbortSignal; onDoubt?: () => void } = {},
): Promise<void> {
  for (const round of rounds)
    await mapBounded(round, maxConcurrentRequests, async (path) => {
      signal?.throwIfAborted();
      await workspace.mkdirs({ path }, onDoubt);
    });
}
