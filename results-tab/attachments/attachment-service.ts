/** A run of a pipeline, as the tab knows it. */
export interface RunReference {
  buildId: string;
  /** As people name it, e.g. `20260302.4`. */
  number: string;
  definitionId: string;
  isCompleted: boolean;
  /** The run's page. */
  url?: string;
}

/** A file that is attached to a run; what it holds is anyone's text. */
export interface Attachment {
  name: string;
  /** @throws Error in one sentence where it cannot be read or is longer than `limitBytes` */
  read(limitBytes: number): Promise<string>;
}

/**
 * Where the tab finds what is attached to runs: Azure DevOps, or the development host.
 * Each method throws an Error in one sentence: what was tried, on what, what came back, what to do.
 */
export interface AttachmentService {
  /** @param type `notebook-ops.test-status` or `notebook-ops.report` */
  attachments(run: RunReference, type: string, signal: AbortSignal): Promise<Attachment[]>;
  /** The last runs of the run's pipeline, newest first, which may include it. */
  lastRuns(run: RunReference, count: number, signal: AbortSignal): Promise<RunReference[]>;
}
