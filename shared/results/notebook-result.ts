import type { FailingCell, TestCase, TestOutcome } from "./test-case.ts";

/** One notebook that ran on a platform, and what it reported. */
export interface NotebookResult {
  /** As reports show it, e.g. `notebooks/weather-etl`. */
  name: string;
  /** Path in the repository, slash-separated. */
  file?: string;
  outcome: TestOutcome;
  startedOn: Date;
  durationSeconds: number;
  /** What the notebook gave to `dbutils.notebook.exit`; undefined where it never called it. */
  exitValue?: string;
  /** Why it failed, in a sentence. */
  message?: string;
  trace?: string;
  failingCell?: FailingCell;
  /** The run's page on the platform. */
  url?: string;
  /** The notebook with its output, as the platform exports it: a whole HTML page, never trusted. */
  exportedHtml?: string;
  /** The cases that the notebook reported by its exit value. */
  cases: TestCase[];
}
