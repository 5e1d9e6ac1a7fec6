/** What this task writes down for its post-job step. */
export const journalKeys = {
  /** JSON of a Site: written before the first effect, "" when nothing is left to undo. */
  site: "deploymentSite",
  /** A LockState. */
  lock: "deploymentLock",
  /** OpenRequests that may make the folder beside the target again. */
  open: "deploymentOpenRequests",
  /** The folder on the agent that has the version before: written before the switch, "" when that came to its end. */
  backup: "deploymentBackup",
  /** OpenRequests that may write the record of a deployment under way again. */
  openRecord: "deploymentOpenRecord",
  /** The file on the agent that has the record of the deployment that came to its end, if another may come after it. */
  record: "deploymentRecord",
} as const;

/**
 * "asked" before the lock is created, "held" when the workspace has said so, "" if it has refused. It stays "asked" if a creation had
 * no clear answer: the lock may then appear later, also after another creation has made it and it was removed.
 */
export type LockState = "asked" | "held" | "";

/** Where a deployment works. */
export interface Site {
  target: string;
  /** The new folder beside it, of this deployment alone. */
  staging: string;
  /** Whose lock it is. */
  lockId: string;
  /** Folders that were not there before, deepest first: the target, and those above it. */
  missing: string[];
}
