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

/** A status record that is attached to a run; what it holds is anyone's text. */
export interface AttachedRecord {
  name: string;
  /** @throws Error in one sentence where it cannot be read or is longer than `limitBytes` */
  read(limitBytes: number): Promise<string>;
}

/**
 * Where the tab finds the status records of runs: Azure DevOps, or the development host.
 * Each method throws an Error in one sentence: what was tried, on what, what came back, what to do.
 */
export interface AttachmentService {
  records(run: RunReference, signal: AbortSignal): Promise<AttachedRecord[]>;
  /** The last runs of the run's pipeline, newest first, which may include it. */
  lastRuns(run: RunReference, count: number, signal: AbortSignal): Promise<RunReference[]>;
}
