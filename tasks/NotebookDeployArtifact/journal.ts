/** What this task writes down for its post-job step. */
export const journalKeys = {
  /** JSON of a Site: written before the first effect, "" when nothing is left to undo. */
  site: "deploymentSite",
  /** The folder on the agent that holds the version before: written before the switch, "" when that came to its end. */
  backup: "deploymentBackup",
} as const;

/** Where a deployment works. */
export interface Site {
  target: string;
  /** The new folder beside it. */
  staging: string;
  /** Whose lock it is. */
  lockId: string;
  /** Folders that are not there yet, deepest first: the target, and those above it. */
  missing: string[];
}
