import type { FailingCell, OutcomeCounts } from "../test-case.ts";
import type { TestOutcome } from "../test-outcome.ts";

/** A notebook with the cases that it reported, or a suite. */
export interface GroupView {
  title: string;
  counts: OutcomeCounts;
  /** The notebook itself, which is a case too. */
  notebook?: NotebookView;
  /** Failures first. */
  cases: CaseView[];
  output?: string;
}

export interface NotebookView extends CaseView {
  exitValue?: string;
  /** The exit value in the last run of its pipeline in which it passed. */
  lastGreen?: { exitValue: string; run: string; url?: string };
  /** The file of the notebook, or its name: by which a page with its output is found. */
  source: string;
  /** What the platform or a report exported: not trusted. */
  exportedHtml?: string;
}

export interface CaseView {
  /** Unique in the page: `case-1`, … */
  id: string;
  name: string;
  /** Its file or class, unless the group's title says it already. */
  place?: string;
  outcome: TestOutcome;
  /** Passed after failed attempts. */
  flaky: boolean;
  /** The number of attempts that failed. */
  attempts: number;
  /** Its failure does not count. */
  quarantined: boolean;
  /** Whom to ask. */
  owner?: string;
  /** Of a streaming test. */
  isPhase: boolean;
  /** Of a validation: the time from payload to visible result, and the number of tries if it is known. */
  latencySeconds?: number;
  tries?: number;
  durationSeconds: number;
  message?: string;
  failingCell?: FailingCell;
  trace?: string;
  output?: string;
  url?: string;
  failedAttempts: { message: string; trace?: string }[];
}
