import type { DeploymentRecord } from "../../shared/deployment/record.ts";
import type { Artifact } from "./artifact.ts";

/** A place on a platform to which an artifact is deployed. */
export interface DeploymentTarget {
  /** For later steps: the output DeployedPath. */
  readonly path: string;
  /**
   * Replaces the previous version by the artifact, unless it is there already. From the first change on, the journal says what `undo` has
   * to do if this does not complete.
   * @param tempFolder on the agent, which keeps it until the end of the job
   */
  deploy(artifact: Artifact, tempFolder: string): Promise<DeploymentRecord>;
  /**
   * Undoes a deployment that has not completed. Does nothing if there is nothing to undo, and may be called again if it was interrupted.
   * @param options.isLast set in the post-job step, after which there is no further attempt
   */
  undo(options: { isLast: boolean }): Promise<void>;
  /** Saves the record for the post-job step if a late request may still overwrite it. Returns whether it did. */
  saveRecord(record: DeploymentRecord, tempFolder: string): Promise<boolean>;
}
