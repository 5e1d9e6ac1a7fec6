import type { ExitValueReading } from "../../results/exit-value.ts";

/** How the run of a notebook ended on its platform. */
export interface RunOutcome {
  state: "succeeded" | "failed" | "canceled";
  url: string;
  /** From the first time that the run was read to the last. */
  durationMs: number;
  /** When the cells began to run and for how long they ran, by the platform's clock. Undefined if the platform does not say. */
  execution?: { startedOn: Date; durationMs: number };
  /** Why the run did not succeed, as the end of a sentence. May contain text from outside. */
  reason?: string;
  /** Undefined if the run left no output. */
  output?: NotebookOutput;
  /** The run was cancelled but has not ended yet. */
  isAlive?: boolean;
  /** Someone cancelled the run in the workspace. */
  wasCanceled?: boolean;
}

/** What a run returned. Long texts are cut. */
export interface NotebookOutput {
  /** Whether the notebook ended itself with an exit value. */
  exited: boolean;
  exitValue?: string;
  error?: string;
  trace?: string;
  /** The tests that the exit value reports. */
  reading: ExitValueReading;
}
