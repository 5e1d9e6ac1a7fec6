import type { NotebookRun } from "./notebook-run.ts";

export type TestOutcome = "passed" | "failed" | "skipped";

export interface TestCase {
  name: string;
  /** The group that reports show a case under, such as the folder of a notebook. */
  className: string;
  /** The suites around the case, outermost first; the run's own name is not among them. */
  suite?: string[];
  /** Path in the repository, slash-separated. */
  file?: string;
  outcome: TestOutcome;
  durationSeconds: number;
  /** Why it did not pass, in a sentence. */
  message?: string;
  /** A stack trace or other long text behind the message. */
  trace?: string;
  /** What the case printed or returned. */
  output?: string;
  /** Where the run can be looked at. */
  url?: string;
  /** Files that belong to the case, as its producer named them. */
  attachments?: string[];
  /** Earlier attempts that failed: a case that passed after them is flaky. */
  failedAttempts?: FailedAttempt[];
  properties?: Record<string, string>;
}

export interface FailedAttempt {
  message: string;
  trace?: string;
}

/** What a suite printed beside its cases. */
export interface SuiteOutput {
  suite: string[];
  output: string;
}

export interface TestRun {
  name: string;
  /** Absent where the source does not say. */
  startedOn?: Date;
  /** Every case, those that notebooks reported included. */
  cases: TestCase[];
  suiteOutputs?: SuiteOutput[];
  /** The notebooks that ran, where the run was one of notebooks. */
  notebooks?: NotebookRun[];
}

export interface OutcomeCounts {
  total: number;
  passed: number;
  failed: number;
  skipped: number;
}

export function countOutcomes(results: readonly { outcome: TestOutcome }[]): OutcomeCounts {
  const counts = { total: results.length, passed: 0, failed: 0, skipped: 0 };
  for (const { outcome } of results) counts[outcome]++;
  return counts;
}
