import { readJUnit } from "./junit-reader.ts";
import { oneLine } from "./plain-text.ts";
import { ResultsError } from "./results-error.ts";
import type { TestCase } from "./test-run.ts";

/** What the exit value of a notebook says about tests. */
export type ExitValueReading =
  /** An exit value of the notebook's own: no test cases. */
  | { kind: "none" }
  | { kind: "cases"; cases: TestCase[] }
  /** The cases are in a JUnit file of the workspace (`/Workspace/…`), a volume (`/Volumes/…`) or DBFS (`dbfs:/…`). */
  | { kind: "download"; path: string }
  /** Meant as test results, but not readable as such: a failure, in one sentence. */
  | { kind: "unreadable"; problem: string };

/**
 * Reads the test cases that a notebook reports by its exit value: `{"tests": [{"name", "outcome", "message",
 * "durationSeconds"}]}`, JUnit XML, or `{"junit": "<path>"}`, which asks the caller to download that file and to read it
 * by `readJUnitOfNotebook`. An outcome other than passed, failed and skipped counts as failed.
 */
export function readExitValue(exitValue: string | undefined, notebook: { name: string }): ExitValueReading {
  const text = exitValue?.replace(/^\uFEFF/, "").trimStart() ?? "";
  try {
    if (/^<(\?xml|testsuites?[\s>/])/i.test(text)) return readJUnitOfNotebook(text, notebook);
    if (text.startsWith("{")) return readObject(text, notebook);
  } catch (error) {
    if (error instanceof ResultsError) return { kind: "unreadable", problem: error.message };
    throw error;
  }
  return { kind: "none" };
}

/** The cases of a JUnit file that a notebook wrote. */
export function readJUnitOfNotebook(
  content: string | Uint8Array,
  notebook: { name: string },
  file = `the exit value of ${oneLine(notebook.name, 200)}`,
): ExitValueReading {
  try {
    const { cases } = readJUnit(content, { file });
    return {
      kind: "cases",
      cases: cases.map((testCase) => ({ ...testCase, suite: [notebook.name, ...(testCase.suite ?? [])] })),
    };
  } catch (error) {
    if (error instanceof ResultsError) return { kind: "unreadable", problem: error.message };
    throw error;
  }
}

function readObject(text: string, notebook: { name: string }): ExitValueReading {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    if (!/^\{\s*"(tests|junit)"\s*:/.test(text)) return { kind: "none" };
    throw problem(notebook, `is not valid JSON (${oneLine(String((cause as Error).message), 120)})`);
  }
  if (!isObject(value)) return { kind: "none" };
  if ("junit" in value) {
    if (typeof value.junit === "string" && /^(\/|dbfs:\/)/.test(value.junit))
      return { kind: "download", path: value.junit };
    throw problem(notebook, `has a "junit" that is not the path of a file, such as "/Volumes/…/results.xml"`);
  }
  if (!("tests" in value)) return { kind: "none" };
  if (!Array.isArray(value.tests)) throw problem(notebook, `has "tests" that are not a list`);
  return {
    kind: "cases",
    cases: value.tests.map((test: unknown, index) => readTest(test, index, notebook)),
  };
}

function readTest(test: unknown, index: number, notebook: { name: string }): TestCase {
  const at = `tests[${index}]`;
  if (!isObject(test)) throw problem(notebook, `has ${at} that is not an object`);
  const { name, outcome, message, durationSeconds = 0 } = test;
  if (typeof name !== "string" || name.trim() === "") throw problem(notebook, `has ${at} without a "name"`);
  if (typeof durationSeconds !== "number" || !(durationSeconds >= 0))
    throw problem(notebook, `has ${at} whose "durationSeconds" is not a number of seconds`);
  if (message !== undefined && message !== null && typeof message !== "string")
    throw problem(notebook, `has ${at} whose "message" is not a text`);
  const known = outcome === "passed" || outcome === "failed" || outcome === "skipped";
  const reason = known ? message : [message, unknownOutcome(outcome)].filter(Boolean).join(" ");
  return {
    name,
    className: notebook.name,
    suite: [notebook.name],
    outcome: known ? outcome : "failed",
    durationSeconds,
    ...(reason ? { message: reason } : {}),
  };
}

function unknownOutcome(outcome: unknown): string {
  if (outcome === undefined) return "The notebook gave no outcome.";
  return `The outcome ${oneLine(JSON.stringify(outcome), 60)} is none of passed, failed and skipped.`;
}

function problem(notebook: { name: string }, what: string): ResultsError {
  const shape = '{"tests": [{"name", "outcome": "passed", "message", "durationSeconds"}]}';
  return new ResultsError(
    `The exit value of ${oneLine(notebook.name, 200)} reports tests but ${what}: exit with ${shape}.`,
  );
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
