import type { RunOrigin } from "../../shared/results/run-origin.ts";

/** A run of a pipeline. */
export interface RunReference {
  buildId: string;
  /** The number that people see, e.g. `20260302.4`. */
  number: string;
  definitionId: string;
  isCompleted: boolean;
  /** How it ended, if it is completed: `succeeded`, `partiallySucceeded`, `failed` or `canceled`. */
  result?: string;
  /** What was run, and who began it. */
  origin?: RunOrigin;
  /** The address of the run's page. */
  url?: string;
}

/** A file that is attached to a run. Its content comes from outside. */
export interface Attachment {
  name: string;
  /** @throws Error with one sentence if it cannot be read or is longer than `limitBytes` */
  read(limitBytes: number): Promise<string>;
}

/**
 * The attachments of runs, from Azure DevOps or from the development host.
 * Each method throws an Error with one sentence: what was tried, on what, what came back, what to do.
 */
export interface AttachmentService {
  /** @param type `notebook-ops.test-status`, `notebook-ops.junit`, `notebook-ops.report` or `notebook-ops.gate` */
  attachments(run: RunReference, type: string, signal: AbortSignal): Promise<Attachment[]>;
  /** The last runs of the run's pipeline, newest first. They can include the run itself. */
  lastRuns(run: RunReference, count: number, signal: AbortSignal): Promise<RunReference[]>;
}
