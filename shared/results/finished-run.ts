import type { NotebookResult } from "./notebook-result.ts";

/** A notebook whose run has ended, with the verdict of the step that ran it. */
export interface FinishedRun {
  state: "succeeded" | "failed" | "canceled";
  /** The platform's id of the run; undefined if none was submitted. */
  runId?: string;
  result: NotebookResult;
}
