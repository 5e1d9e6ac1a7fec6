export type TestOutcome = "passed" | "failed" | "skipped";

export interface TestCase {
  name: string;
  /** The group that reports show a case under, such as the folder of a notebook. */
  className: string;
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
}

export interface TestRun {
  name: string;
  startedOn: Date;
  cases: TestCase[];
}
