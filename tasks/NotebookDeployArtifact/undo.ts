import type { DatabricksWorkspace } from "../../shared/databricks/connection.ts";
import { deleteFolder, deleteObject } from "../../shared/databricks/workspace-folders.ts";
import type { Journal, Log } from "../../shared/task/index.ts";
import { rollBack } from "./backup.ts";
import { journalKeys, type Site } from "./journal.ts";
import { DeploymentLock } from "./lock.ts";

/**
 * Undoes a deployment that did not come to its end: the version before is back, the folder beside is gone. Does nothing where there
 * is nothing to undo, and may be done again where it was cut off.
 */
export async function undoDeployment(
  workspace: DatabricksWorkspace,
  { journal, log }: { journal: Journal; log: Log },
): Promise<void> {
  const site = readSite(journal);
  if (site === undefined) return;
  const lock = new DeploymentLock(workspace, site.target, site.lockId);
  if (await lock.isHeld()) {
    const backup = journal.read(journalKeys.backup);
    if (backup) {
      await rollBack(workspace, backup);
      journal.write(journalKeys.backup, "");
      log.line(`Put back what ${site.target} held before.`);
    }
    await cleanUpSite(workspace, site);
    for (const folder of site.missing)
      if (!(await deleteObject(workspace.workspace, { path: folder, recursive: false }))) break;
  }
  journal.write(journalKeys.site, "");
}

/** Removes what a deployment needs while it works. The lock goes last: whoever comes next finds the place tidy. */
export async function cleanUpSite(workspace: DatabricksWorkspace, site: Site): Promise<void> {
  await deleteFolder(workspace.workspace, site.staging, []);
  await new DeploymentLock(workspace, site.target, site.lockId).release();
}

export function readSite(journal: Journal): Site | undefined {
  const text = journal.read(journalKeys.site);
  return text ? (JSON.parse(text) as Site) : undefined;
}
