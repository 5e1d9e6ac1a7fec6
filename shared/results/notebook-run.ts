import type { ExitValueReading } from "./exit-value.ts";
import type { FailingCell, TestCase, TestOutcome, TestRun } from "./test-run.ts";

/** One notebook that ran on a platform, and what it reported. */
export interface NotebookRun {
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

/**
 * The notebook with the cases of its exit value. What cannot be read fails the notebook: a test report that is broken
 * says nothing about its tests.
 */
export function withReportedCases(notebook: NotebookRun, reading: ExitValueReading): NotebookRun {
  if (reading.kind === "cases") return { ...notebook, cases: reading.cases };
  if (reading.kind === "unreadable")
    return { ...notebook, outcome: "failed", message: notebook.message ?? reading.problem };
  return notebook;
}

/** A run of notebooks: a case for each, followed by the cases that it reported, which stand in a suite of its name. */
export function testRunOfNotebooks(name: string, ran: readonly NotebookRun[]): TestRun {
  const notebooks = ran.map((notebook) => ({
    ...notebook,
    cases: notebook.cases.map((each) => (each.suite ? each : { ...each, suite: [notebook.name] })),
  }));
  const starts = notebooks.map((notebook) => notebook.startedOn.getTime());
  return {
    name,
    ...(starts.length > 0 ? { startedOn: new Date(Math.min(...starts)) } : {}),
    cases: notebooks.flatMap((notebook) => [caseOf(notebook), ...notebook.cases]),
    notebooks,
  };
}

function caseOf(notebook: NotebookRun): TestCase {
  const slash = notebook.name.lastIndexOf("/");
  return {
    name: notebook.name.slice(slash + 1),
    className: slash < 0 ? "notebooks" : notebook.name.slice(0, slash),
    ...(notebook.file ? { file: notebook.file } : {}),
    outcome: notebook.outcome,
    durationSeconds: notebook.durationSeconds,
    ...(notebook.message ? { message: notebook.message } : {}),
    ...(notebook.trace ? { trace: notebook.trace } : {}),
    ...(notebook.failingCell ? { failingCell: notebook.failingCell } : {}),
    ...(notebook.exitValue ? { output: notebook.exitValue } : {}),
    ...(notebook.url ? { url: notebook.url } : {}),
  };
}
