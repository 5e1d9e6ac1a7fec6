import type { TestOutcome } from "./test-outcome.ts";

export type PhaseKind = (typeof phaseKinds)[number];
export const phaseKinds = ["clean", "job", "ready", "produce", "validate"] as const;

/** What a result of a streaming test is about. Undefined on results of other tasks. */
export interface StreamingPhase {
  /** `job`: the life of the job with its streams. `ready`: its start, and the validation of the set-up. */
  kind: PhaseKind;
  /** The iteration that a payload or validation belongs to. */
  iteration?: string;
  /** Of a validation that passed in streaming mode: from the end of the payload's production to the end of the run that passed. */
  latencySeconds?: number;
  /** Of a validation: its runs, oldest first. Without them it ran once. The times of the result are those of the last one. */
  tries?: PhaseSpan[];
  /** Of a job: its tasks. */
  streams?: (PhaseSpan & { name: string })[];
}

/** A phase with its start: for a timeline, which is drawn from the cases of results. */
export interface StartedPhase extends StreamingPhase {
  startedOn: Date;
}

/** A time of a phase. */
export interface PhaseSpan {
  startedOn: Date;
  durationSeconds: number;
  outcome: TestOutcome;
}

/** @param startedOn of the result, which is that of the last try */
export function startedPhase(phase: StreamingPhase, startedOn: Date): StartedPhase {
  const starts = [startedOn, ...(phase.tries ?? []).map((each) => each.startedOn)];
  return { ...phase, startedOn: new Date(Math.min(...starts.map((start) => start.getTime()))) };
}

/** The latency of a validation and the number of its tries; empty for other phases. */
export function latencyOf(phase: StreamingPhase | undefined): { latencySeconds?: number; tries?: number } {
  if (phase?.kind !== "validate") return {};
  const { latencySeconds, tries } = phase;
  return { ...(latencySeconds === undefined ? {} : { latencySeconds }), tries: tries?.length ?? 1 };
}
