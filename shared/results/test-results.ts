import type { NotebookResult } from "./notebook-result.ts";
import { startedPhase } from "./streaming-phase.ts";
import type { SuiteOutput, TestCase } from "./test-case.ts";

export interface TestResults {
  name: string;
  /** Undefined if the source does not say. */
  startedOn?: Date;
  /** All cases, including those that notebooks reported. */
  cases: TestCase[];
  suiteOutputs?: SuiteOutput[];
  /** The notebooks that ran; undefined if the results are not those of notebooks. */
  notebooks?: NotebookResult[];
  /** What each of `notebooks` really is; `notebook` unless given. */
  unit?: "notebook" | "Spark job";
}

/** Joins the results of several files. The name of a file's results, made unique, becomes the outermost suite of its cases. */
export function joinResults(runs: readonly TestResults[]): TestResults {
  const [first, ...others] = runs;
  if (first && others.length === 0) return first;
  const starts = runs.flatMap(({ startedOn }) => (startedOn ? [startedOn.getTime()] : []));
  const parts = runs.map((run, index) => {
    const namesakes = runs.slice(0, index).filter(({ name }) => name === run.name).length;
    const name = namesakes > 0 ? `${run.name} (${namesakes + 1})` : run.name;
    // Many producers give the run and its only suite the same name.
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

/** The results of notebooks: a case for each notebook, followed by the cases that it reported, in a suite with the notebook's name. */
export function resultsOfNotebooks(
  name: string,
  ran: readonly NotebookResult[],
  unit?: TestResults["unit"],
): TestResults {
  const notebooks = ran.map((notebook) => ({
    ...notebook,
    cases: notebook.cases.map((each) => ({
      ...each,
      suite: each.suite ?? [notebook.name],
      reportedBy: notebook.name,
      ...(notebook.marks ? { marks: notebook.marks } : {}),
    })),
  }));
  const starts = notebooks.map((notebook) => notebook.startedOn.getTime());
  return {
    name,
    ...(starts.length > 0 ? { startedOn: new Date(Math.min(...starts)) } : {}),
    cases: notebooks.flatMap((notebook) => [caseOf(notebook), ...notebook.cases]),
    notebooks,
    ...(unit ? { unit } : {}),
  };
}

function caseOf(notebook: NotebookResult): TestCase {
  const slash = startOfOwnName(notebook) - 1;
  return {
    name: notebook.name.slice(slash + 1),
    fullName: notebook.name,
    className: slash < 0 ? "notebooks" : notebook.name.slice(0, slash),
    ...(notebook.file ? { file: notebook.file } : {}),
    outcome: notebook.outcome,
    durationSeconds: notebook.durationSeconds,
    ...(notebook.message ? { message: notebook.message } : {}),
    ...(notebook.trace ? { trace: notebook.trace } : {}),
    ...(notebook.failingCell ? { failingCell: notebook.failingCell } : {}),
    ...(notebook.exitValue ? { output: notebook.exitValue } : {}),
    ...(notebook.url ? { url: notebook.url } : {}),
    ...(notebook.failedAttempts ? { failedAttempts: notebook.failedAttempts } : {}),
    ...(notebook.marks ? { marks: notebook.marks } : {}),
    ...(notebook.phase ? { phase: startedPhase(notebook.phase, notebook.startedOn) } : {}),
  };
}

/** Where the name begins that a notebook has in its folder, or a phase in its streaming test. The name of an iteration may have slashes. */
function startOfOwnName({ name, phase }: NotebookResult): number {
  const ofIteration = phase?.iteration === undefined ? -1 : name.lastIndexOf(`/${phase.iteration}: `);
  return (ofIteration < 0 ? name.lastIndexOf("/") : ofIteration) + 1;
}
