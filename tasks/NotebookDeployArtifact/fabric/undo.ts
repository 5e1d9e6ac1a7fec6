import { throwAll } from "../../../shared/concurrency/independent.ts";
import type { FabricClient } from "../../../shared/fabric/connection.ts";
import { OpenRequests } from "../../../shared/intent/open-requests.ts";
import type { TaskHost } from "../../../shared/task/host.ts";
import { deleteLate, rollBack } from "./backup.ts";
import { complete } from "./completion.ts";
import { type DeploymentSite, journalKeys, readSite } from "./journal.ts";
import { DeploymentLock } from "./lock.ts";

type UndoHost = Pick<TaskHost, "journal" | "log" | "signal">;

/**
 * Restores the previous version after a deployment that was not verified, completes one that was, and deletes the lock. Each of these is
 * attempted even if another fails. Does nothing if there is nothing to undo, and may be called again if it was interrupted.
 * @param options.isLast set in the post-job step, after which there is no further attempt: waits for effects that may come late, and deletes
 * the lock even if the restore failed
 */
export async function undoDeployment(
  fabric: FabricClient,
  host: UndoHost,
  { isLast }: { isLast: boolean },
): Promise<void> {
  const { journal } = host;
  const site = readSite(journal);
  if (site === undefined) return;
  const failures: unknown[] = [];
  const attempt = (step: () => Promise<unknown>) => step().catch((error) => void failures.push(error));
  const lock = new DeploymentLock(fabric, host, { place: site, id: site.lockId });
  const folder = journal.read(journalKeys.backup);
  // Another deployment that has taken over decides what is in the workspace.
  if (folder && (await lock.holder()) === "this")
    await attempt(() => endSwitch(fabric, host, { site, folder }));
  const keepsLock = failures.length > 0 && !isLast;
  const openLock = new OpenRequests(journal, journalKeys.openLock);
  if (!keepsLock)
    await attempt(async () => {
      const released = await lock.release();
      // While the step still runs, it counts its own requests.
      if (isLast) openLock.seen(released);
    });
  const openNotebooks = new OpenRequests(journal, journalKeys.openNotebooks);
  if (isLast && openLock.any) await attempt(() => openLock.settle(() => lock.release()));
  if (isLast && openNotebooks.any && folder)
    await attempt(() => openNotebooks.settle(() => deleteLate(fabric, folder, site)));
  throwAll(failures);
  if (isLast || !(openLock.any || openNotebooks.any)) journal.write(journalKeys.site, "");
}

async function endSwitch(
  fabric: FabricClient,
  { journal, log }: UndoHost,
  { site, folder }: { site: DeploymentSite; folder: string },
): Promise<void> {
  const isVerified = journal.read(journalKeys.verified) === "true";
  if (isVerified) {
    await complete(fabric, folder, site);
    log.line(`Completed the deployment of ${site.packageName} to ${site.workspaceName}.`);
  } else {
    await rollBack(fabric, folder, site);
    log.line(`Restored the previous notebooks of ${site.packageName} in ${site.workspaceName}.`);
  }
  const isSettled = isVerified || !new OpenRequests(journal, journalKeys.openNotebooks).any;
  if (isSettled) journal.write(journalKeys.backup, "");
}
