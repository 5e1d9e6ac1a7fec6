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
  /** The cell of a notebook at which it failed. */
  failingCell?: FailingCell;
  /** What the case printed or returned. */
  output?: string;
  /** Where the run can be looked at. */
  url?: string;
  /** Earlier attempts that failed: a case that passed after them is flaky. */
  failedAttempts?: FailedAttempt[];
  properties?: Record<string, string>;
}

export interface FailingCell {
  /** From 1, as the notebook's page counts. */
  number: number;
  /** `python`, `sql`, `scala`, `r` or `shell`. */
  language: string;
  source: string;
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

/** What the counts come to: `skipped` where nothing ran at all. */
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

/** One run of the runs of several files: each file's cases stand below its name, which is made unique. */
export function joinRuns(runs: readonly TestRun[]): TestRun {
  const [first, ...others] = runs;
  if (first && others.length === 0) return first;
  const starts = runs.flatMap(({ startedOn }) => (startedOn ? [startedOn.getTime()] : []));
  const parts = runs.map((run, index) => {
    const namesakes = runs.slice(0, index).filter(({ name }) => name === run.name).length;
    const name = namesakes > 0 ? `${run.name} (${namesakes + 1})` : run.name;
    // Many producers name the run and its one suite alike.
    const below = (suite: readonly string[] = []) => [
      name,
      ...(suite[0] === run.name ? suite.slice(1) : suite),
    ];
    return {
      cases: run.cases.map((testCase) => ({ ...testCase, suite: below(testCase.suite) })),
      outputs: (run.suiteOutputs ?? []).map(({ suite, output }) => ({ suite: below(suite), output })),
    };
  });
  return {
    name: `${runs.length} test runs`,
    ...(starts.length > 0 ? { startedOn: new Date(Math.min(...starts)) } : {}),
    cases: parts.flatMap(({ cases }) => cases),
    suiteOutputs: parts.flatMap(({ outputs }) => outputs),
  };
}
