import { throwAll } from "../../../shared/concurrency/independent.ts";
import type { DatabricksClient } from "../../../shared/databricks/connection.ts";
import { objectId } from "../../../shared/databricks/folders/shared-folder.ts";
import { deleteObject } from "../../../shared/databricks/folders/workspace-folders.ts";
import { wait } from "../../../shared/http/wait.ts";
import { OpenRequests } from "../../../shared/intent/open-requests.ts";
import type { Journal, Log } from "../../../shared/task/host.ts";
import { rollBack } from "./backup.ts";
import { type DeploymentSite, journalKeys, type LockState } from "./journal.ts";
import { DeploymentLock } from "./lock.ts";

/** The pauses after which the post-job step looks again for a lock whose creation had no clear answer, and which may appear late. */
const lateLockPausesMs = [2_000, 5_000, 8_000];

/**
 * Undoes a deployment that has not completed: restores the previous version, and deletes the staging folder, the lock, and the folders that
 * the deployment created if they are empty. Each of these is attempted even if another fails. Does nothing if there is nothing to undo, and
 * may be called again if it was interrupted.
 * @param isLast set in the post-job step, after which there is no further attempt: waits for effects that may come late, and deletes the
 * lock even if the restore failed
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
      log.line(`Restored the previous content of ${site.target}.`);
    });
  const keepsLock = failures.length > 0 && !isLast;
  const open = new OpenRequests(journal, journalKeys.open);
  await attempt(() => deleteObject(databricks.workspace, { path: site.staging, recursive: true }));
  let isReleased = state === "";
  if (!keepsLock && !isReleased)
    await attempt(async () => {
      isReleased = await releaseLock(lock, isLast && state === "asked" ? lateLockPausesMs : []);
    });
  if (isLast && open.any) await attempt(() => open.settle(() => deleteIfPresent(databricks, site.staging)));
  if (!keepsLock && holder !== "another") await attempt(() => deleteEmptyFolders(databricks, site.missing));
  throwAll(failures);
  if ((isReleased && state !== "asked" && !open.any) || isLast) journal.write(journalKeys.site, "");
}

/** Removes the lock of a deployment, and once more after each pause, since each of several creations may take effect. */
async function releaseLock(lock: DeploymentLock, pausesMs: readonly number[]): Promise<boolean> {
  let isReleased = await lock.release();
  for (const pauseMs of pausesMs) {
    await wait(pauseMs);
    isReleased = (await lock.release()) || isReleased;
  }
  return isReleased;
}

/** Deletes an object and returns 1, or 0 if there is no such object. */
async function deleteIfPresent({ workspace }: DatabricksClient, path: string): Promise<number> {
  if ((await objectId(workspace, path)) === undefined) return 0;
  await deleteObject(workspace, { path, recursive: true });
  return 1;
}

/** Deletes folders, deepest first, up to the first that is not empty. */
async function deleteEmptyFolders(
  { workspace }: DatabricksClient,
  folders: readonly string[],
): Promise<void> {
  for (const path of folders) if (!(await deleteObject(workspace, { path, recursive: false }))) return;
}

/** Undefined if the deployment has not begun or nothing is left to undo. */
export function readSite(journal: Journal): DeploymentSite | undefined {
  const text = journal.read(journalKeys.site);
  return text ? (JSON.parse(text) as DeploymentSite) : undefined;
}
