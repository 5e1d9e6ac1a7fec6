import type { StartedPhase } from "./streaming-phase.ts";
import type { TestOutcome } from "./test-outcome.ts";

export interface TestCase {
  name: string;
  /** The whole name, if `name` is only the last part of it, as for a notebook in a folder. */
  fullName?: string;
  /** The group that reports show a case under, such as the folder of a notebook. */
  className: string;
  /** The suites around the case, outermost first; the run's own name is not among them. */
  suite?: string[];
  /** Path in the repository, slash-separated. */
  file?: string;
  outcome: TestOutcome;
  durationSeconds: number;
  /** Why the case did not pass, in a sentence. */
  message?: string;
  /** A stack trace or other long text behind the message. */
  trace?: string;
  /** The cell of the notebook in which it failed. */
  failingCell?: FailingCell;
  /** What the case printed or returned. */
  output?: string;
  /** The page of the run. */
  url?: string;
  /** Earlier attempts that failed; a case that then passed is flaky. */
  failedAttempts?: FailedAttempt[];
  properties?: Record<string, string>;
  /** Name of the notebook or scenario that reported this case; undefined if the case is itself one, or is of neither. */
  reportedBy?: string;
  marks?: TestMarks;
  /** Of a streaming test. */
  phase?: StartedPhase;
}

/** What the list of scenarios says of a test. */
export interface TestMarks {
  /** Its failure is known: it is shown, but fails neither the step nor the gate. */
  quarantined?: true;
  /** Whom to ask. */
  owner?: string;
  tags?: string[];
}

export interface FailingCell {
  /** From 1, as on the notebook's page. */
  number: number;
  /** `python`, `sql`, `scala`, `r` or `shell`. */
  language: string;
  source: string;
}

export interface FailedAttempt {
  message: string;
  trace?: string;
}

/** The output of a suite that belongs to none of its cases. */
export interface SuiteOutput {
  suite: string[];
  output: string;
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

/** The outcome of all cases together; `skipped` if no case ran. */
export function overallOutcome({ failed, passed }: OutcomeCounts): TestOutcome {
  return failed > 0 ? "failed" : passed > 0 ? "passed" : "skipped";
}

/** The cases of each suite, in the order in which suites appear; a nested suite's name is its path. */
export function groupBySuite(
  cases: readonly TestCase[],
  nameWithoutSuite: (testCase: TestCase) => string,
): Map<string, TestCase[]> {
  const suites = new Map<string, TestCase[]>();
  for (const testCase of cases) {
    const name = testCase.suite?.join(" / ") ?? nameWithoutSuite(testCase);
    const group = suites.get(name);
    if (group) group.push(testCase);
    else suites.set(name, [testCase]);
  }
  return suites;
}
