import type { StreamingPhase } from "./streaming-phase.ts";
import type { FailedAttempt, FailingCell, TestCase, TestMarks } from "./test-case.ts";
import type { TestOutcome } from "./test-outcome.ts";

/** One notebook that ran on a platform, and what it reported. */
export interface NotebookResult {
  /** As reports show it, e.g. `notebooks/weather-etl`. */
  name: string;
  /** Path in the repository, slash-separated. */
  file?: string;
  outcome: TestOutcome;
  startedOn: Date;
  durationSeconds: number;
  /** The argument of `dbutils.notebook.exit`; undefined if the notebook did not call it. */
  exitValue?: string;
  /** Why it failed, in a sentence. */
  message?: string;
  trace?: string;
  failingCell?: FailingCell;
  /** The run's page on the platform. */
  url?: string;
  /** The notebook with its output as the platform exports it: a whole HTML page, which is not trusted. */
  exportedHtml?: string;
  /** The cases that the notebook reported by its exit value. */
  cases: TestCase[];
  /** Earlier attempts that failed; a notebook that then passed is flaky. */
  failedAttempts?: FailedAttempt[];
  marks?: TestMarks;
  /** Of a streaming test. */
  phase?: StreamingPhase;
}
