import type { DeploymentPlace } from "../../../shared/fabric/deployment/place.ts";
import type { Journal } from "../../../shared/task/host.ts";

/** What a deployment to Fabric records for its post-job step. */
export const journalKeys = {
  /** JSON of a DeploymentSite, written before the first request that changes the workspace; "" if there is nothing left to undo. */
  site: "fabricDeploymentSite",
  /** OpenRequests that may create the lock. */
  openLock: "fabricDeploymentOpenLock",
  /** OpenRequests that may create a notebook. */
  openNotebooks: "fabricDeploymentOpenNotebooks",
  /** The folder on the agent with the backup of the previous version, written before the switch; "" once the switch is complete. */
  backup: "fabricDeploymentBackup",
  /** "true" from the moment at which the new version is in the workspace and verified: it is then completed instead of undone. */
  verified: "fabricDeploymentVerified",
  /** OpenRequests that may write the record with the state "deploying" again. */
  openRecord: "fabricDeploymentOpenRecord",
  /** The file on the agent with the final record, if a late request may still overwrite that record in the workspace. */
  record: "fabricDeploymentRecord",
} as const;

/** Where a deployment is under way. */
export interface DeploymentSite extends DeploymentPlace {
  /** Identifies the lock of this deployment. */
  lockId: string;
}

/** Undefined if the deployment has not begun or nothing is left to undo. */
export function readSite(journal: Journal): DeploymentSite | undefined {
  const text = journal.read(journalKeys.site);
  return text ? (JSON.parse(text) as DeploymentSite) : undefined;
}
