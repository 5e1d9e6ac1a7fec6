/** What this task records for its post-job step. */
export const journalKeys = {
  /** JSON of a DeploymentSite, written before the task changes anything in the workspace; "" if there is nothing left to undo. */
  site: "deploymentSite",
  /** A LockState. */
  lock: "deploymentLock",
  /** OpenRequests that may create the staging folder again. */
  open: "deploymentOpenRequests",
  /** The folder on the agent with the backup of the previous version, written before the switch; "" once the switch is complete. */
  backup: "deploymentBackup",
  /** OpenRequests that may write the record with the state "deploying" again. */
  openRecord: "deploymentOpenRecord",
  /** The file on the agent with the final record, if a late request may still overwrite that record in the workspace. */
  record: "deploymentRecord",
} as const;

/**
 * "asked" before the lock is created, "held" once the workspace has confirmed it, "" if the workspace has refused it. It stays "asked" if
 * a creation had no clear answer: the lock may then appear later, even after it was created by another attempt and removed.
 */
export type LockState = "asked" | "held" | "";

/** The folders and the lock that a deployment uses in the workspace. */
export interface DeploymentSite {
  /** The folder to deploy to. */
  target: string;
  /** A new folder beside the target, which only this deployment uses. */
  staging: string;
  /** Identifies the lock of this deployment. */
  lockId: string;
  /** The target and the folders above it, as far as they did not exist before, deepest first. */
  missing: string[];
}
