import type { StreamingPhase } from "../streaming-phase.ts";
import type { TestOutcome } from "../test-outcome.ts";

/** A result with its time, for a timeline. */
export interface TimelineEntry {
  /** Of its case in the page. */
  id: string;
  title: string;
  outcome: TestOutcome;
  startedOn: Date;
  durationSeconds: number;
  phase?: StreamingPhase;
}

/** Percentages of the whole time. */
export interface Extent {
  at: number;
  width: number;
}

interface LaneOfCase extends Extent {
  /** The id of the case that the lane links to. */
  id: string;
  /** Without the folders that all lanes have in common. */
  name: string;
  fullName: string;
  outcome: TestOutcome;
  /** After the first start. */
  startSeconds: number;
  durationSeconds: number;
}

/** A notebook, or a phase of a streaming test, as a bar. */
export interface BarLane extends LaneOfCase {
  kind: "bar";
}

/** A task of a streaming test's job, which runs until the test ends. */
export interface StreamLane extends LaneOfCase {
  kind: "stream";
}

/** An iteration of a streaming test, or the validation of its set-up. Its outcome is that of the validation, or of the payload if that failed. */
export interface IterationLane extends LaneOfCase {
  kind: "iteration";
  /** From the start to the end of its production. */
  payload?: Extent & { outcome: TestOutcome; producedAtSeconds: number };
  /** Oldest first. */
  tries: TryBar[];
  tryCount: number;
  latency?: Extent & { seconds: number };
}

/** One try, or several that would be drawn in the same place. */
export interface TryBar extends Extent {
  outcome: TestOutcome;
  /** Whether it decided the outcome of the validation. */
  isLast: boolean;
}

export type Lane = BarLane | StreamLane | IterationLane;
