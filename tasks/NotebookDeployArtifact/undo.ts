import { throwAll } from "../../shared/concurrency/independent.ts";
import type { DatabricksClient } from "../../shared/databricks/connection.ts";
import { objectId } from "../../shared/databricks/folders/shared-folder.ts";
import { deleteObject } from "../../shared/databricks/folders/workspace-folders.ts";
import { wait } from "../../shared/http/wait.ts";
import { OpenRequests } from "../../shared/intent/open-requests.ts";
import type { Journal, Log } from "../../shared/task/host.ts";
import { rollBack } from "./backup.ts";
import { journalKeys, type LockState, type Site } from "./journal.ts";
import { DeploymentLock } from "./lock.ts";

/** How long the post-job step waits for a lock whose creation had no clear answer: an effect may come after the answer. */
const lateLockAfterMs = [2_000, 5_000, 8_000];

/**
 * Undoes a deployment that did not come to its end: the version before is back, the folder beside, the lock and empty folders that it
 * made are gone. Each of these is tried whatever became of the others. Does nothing if there is nothing to undo, and may be done
 * again if it was cut off.
 * @param isLast nobody comes after this: waits for what may appear late, and leaves no lock for the sake of another try
 */
export async function undoDeployment(
  databricks: DatabricksClient,
  { journal, log }: { journal: Journal; log: Log },
  { isLast }: { isLast: boolean },
): Promise<void> {
  const site = readSite(journal);
  if (site === undefined) return;
  const failures: unknown[] = [];
  const attempt = (step: () => Promise<unknown>) => step().catch((error) => void failures.push(error));
  const lock = new DeploymentLock(databricks, site.target, site.lockId);
  const state = (journal.read(journalKeys.lock) ?? "") as LockState;
  const holder = state === "" ? undefined : await lock.holder();
  const backup = journal.read(journalKeys.backup);
  if (holder === "this" && backup)
    await attempt(async () => {
      await rollBack(databricks, backup);
      journal.write(journalKeys.backup, "");
      log.line(`Put back what ${site.target} held before.`);
    });
  const keepsLock = failures.length > 0 && !isLast;
  const open = new OpenRequests(journal, journalKeys.open);
  await attempt(() => deleteObject(databricks.workspace, { path: site.staging, recursive: true }));
  let isReleased = state === "";
  if (!keepsLock && !isReleased)
    await attempt(async () => {
      isReleased = await release(lock, isLast && state === "asked" ? lateLockAfterMs : []);
    });
  if (isLast && open.any) await attempt(() => open.settle(() => deleteIfThere(databricks, site.staging)));
  if (!keepsLock && holder !== "another") await attempt(() => deleteEmpty(databricks, site.missing));
  throwAll(failures);
  if ((isReleased && state !== "asked" && !open.any) || isLast) journal.write(journalKeys.site, "");
}

/** Removes the lock of a deployment, and looks again after each of the pauses: of several creations each may have an effect. */
async function release(lock: DeploymentLock, pausesMs: readonly number[]): Promise<boolean> {
  let isReleased = await lock.release();
  for (const pauseMs of pausesMs) {
    await wait(pauseMs);
    isReleased = (await lock.release()) || isReleased;
  }
  return isReleased;
}

/** Answers how many folders it deleted. */
async function deleteIfThere({ workspace }: DatabricksClient, path: string): Promise<number> {
  if ((await objectId(workspace, path)) === undefined) return 0;
  await deleteObject(workspace, { path, recursive: true });
  return 1;
}

/** Deletes folders that a deployment made, deepest first, up to the first in which others have put something. */
async function deleteEmpty({ workspace }: DatabricksClient, folders: readonly string[]): Promise<void> {
  for (const path of folders) if (!(await deleteObject(workspace, { path, recursive: false }))) return;
}

export function readSite(journal: Journal): Site | undefined {
  const text = journal.read(journalKeys.site);
  return text ? (JSON.parse(text) as Site) : undefined;
}
