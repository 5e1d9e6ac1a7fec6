import type { NotebookResult } from "./notebook-result.ts";

/** A run of a notebook that has ended, as the step that ran it judges it. */
export interface FinishedRun {
  state: "succeeded" | "failed" | "canceled";
  /** The platform's id of the run; undefined if none was submitted. */
  runId?: string;
  result: NotebookResult;
}
