import type { TestOutcome } from "./test-case.ts";

/** What a result of a streaming test is about. Undefined on results of other tasks. */
export interface StreamingPhase {
  /** `job`: the life of the job with its streams. `ready`: its start, and the validation of the set-up. */
  kind: "clean" | "job" | "ready" | "produce" | "validate";
  /** The iteration that a payload or validation belongs to. */
  iteration?: string;
  /** Of a validation that passed in streaming mode: from the end of the payload's production to the end of the run that passed. */
  latencySeconds?: number;
  /** Of a validation that ran more than once: its runs, oldest first. */
  tries?: PhaseSpan[];
  /** Of a job: its tasks. */
  streams?: (PhaseSpan & { name: string })[];
}

/** A time of a phase. */
export interface PhaseSpan {
  startedOn: Date;
  durationSeconds: number;
  outcome: TestOutcome;
}
