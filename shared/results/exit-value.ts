import { couldNot } from "../text/could-not.ts";
import { oneLine } from "../text/plain-text.ts";
import { scanKeys } from "./json-keys.ts";
import { longestSeconds } from "./junit-attributes.ts";
import { readJUnit } from "./junit-reader.ts";
import { ResultsError } from "./results-error.ts";
import type { TestCase } from "./test-case.ts";

/** The tests that a notebook reports by its exit value. */
export type ExitValueReading =
  /** The exit value does not report tests. */
  | { kind: "none" }
  | { kind: "cases"; cases: TestCase[] }
  /** The cases are in a JUnit file of the workspace (`/Workspace/…`), a volume (`/Volumes/…`) or DBFS (`dbfs:/…`). */
  | { kind: "download"; path: string }
  /** Meant as test results, but not readable: counts as a failure. `problem` is one sentence. */
  | { kind: "unreadable"; problem: string };

/** A tag of JUnit, in any case and with any prefix. */
const junitTag = /<(?:[\w.-]+:)?test(?:suites?|case)[\s/>]/i;

/**
 * Reads the test cases that a notebook reports by its exit value: `{"tests": [{"name", "outcome", "message",
 * "durationSeconds"}]}`, JUnit XML, or `{"junit": "<path>"}`, which asks the caller to download that file and to read it
 * by `readJUnitOfNotebook`. An outcome other than passed, failed and skipped counts as failed. Any other exit value with a key `tests` or
 * `junit` or a JUnit tag is unreadable, so that tests which a notebook meant to report are never ignored.
 * @param truncated whether the platform cut the exit value off
 */
export function readExitValue(
  exitValue: string | undefined,
  notebook: { name: string },
  { truncated = false } = {},
): ExitValueReading {
  const text = exitValue?.replace(/^\uFEFF/, "").trimStart() ?? "";
  try {
    if (text.startsWith("{")) return readObject(text, notebook, truncated);
    if (/^<\?xml\b/i.test(text) || junitTag.test(text) || endsInProlog(text))
      return readJUnitOfNotebook(text, notebook);
  } catch (error) {
    if (error instanceof ResultsError) return { kind: "unreadable", problem: error.message };
    throw error;
  }
  return { kind: "none" };
}

/**
 * Reads a JUnit file that a notebook wrote.
 * @param file the file's name in messages
 */
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

/** The parts that an XML document may have before its root. */
const prologParts: [opening: string, closing: string][] = [
  ["<!--", "-->"],
  ["<?", "?>"],
  ["<!", ">"],
];

/** Whether the text is an XML document that ends before its root: it may be JUnit that was cut off. */
function endsInProlog(text: string): boolean {
  let at = 0;
  while (at < text.length) {
    const part = prologParts.find(([opening]) => text.startsWith(opening, at));
    if (!part) return false;
    const end = text.indexOf(part[1], at + part[0].length);
    if (end < 0) return true;
    at = end + part[1].length;
    while (/\s/.test(text[at] ?? "")) at++;
  }
  return text !== "";
}

function readObject(text: string, notebook: { name: string }, truncated: boolean): ExitValueReading {
  const { top, repeated } = scanKeys(text);
  const mentionsTests = [...top].some((key) => /^\s*(tests|junit)\s*$/i.test(key));
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    if (mentionsTests)
      throw problem(notebook, `it is not valid JSON (${oneLine(String((cause as Error).message), 120)})`);
    if (truncated)
      throw new ResultsError(
        couldNot(
          `read the exit value of ${oneLine(notebook.name, 200)}`,
          "it is a JSON object that was cut off and may have reported tests",
          "exit with a shorter value",
        ),
      );
    return { kind: "none" };
  }
  if (!isObject(value) || !mentionsTests) return { kind: "none" };
  if (repeated !== undefined)
    throw problem(notebook, `it has the key ${JSON.stringify(oneLine(repeated, 60))} twice in one object`);
  if ("junit" in value && "tests" in value) throw problem(notebook, `it has both "tests" and "junit"`);
  if ("junit" in value) {
    if (typeof value.junit === "string" && /^(\/|dbfs:\/)/.test(value.junit))
      return { kind: "download", path: value.junit };
    throw problem(notebook, `its "junit" is not the path of a file, such as "/Volumes/…/results.xml"`);
  }
  if (!("tests" in value)) return misspelt(value, notebook);
  if (!Array.isArray(value.tests)) throw problem(notebook, `its "tests" are not a list`);
  return {
    kind: "cases",
    cases: value.tests.map((test: unknown, index) => readTest(test, index, notebook)),
  };
}

/** `Tests` with a list, or `JUnit` with a text, is the key in another case; with another value it is not about tests. */
function misspelt(value: Record<string, unknown>, notebook: { name: string }): ExitValueReading {
  for (const [key, meant] of Object.entries(value)) {
    const known = key.trim().toLowerCase();
    if ((known === "tests" && Array.isArray(meant)) || (known === "junit" && typeof meant === "string"))
      throw problem(
        notebook,
        `it has the unknown key ${JSON.stringify(oneLine(key, 60))}`,
        `did you mean "${known}"?`,
      );
  }
  return { kind: "none" };
}

function readTest(test: unknown, index: number, notebook: { name: string }): TestCase {
  const at = `tests[${index}]`;
  if (!isObject(test)) throw problem(notebook, `${at} is not an object`);
  const { name, outcome, message, durationSeconds = 0 } = test;
  if (typeof name !== "string" || name.trim() === "") throw problem(notebook, `${at} has no "name"`);
  if (typeof durationSeconds !== "number" || !(durationSeconds >= 0 && durationSeconds <= longestSeconds))
    throw problem(notebook, `the "durationSeconds" of ${at} is not a number of seconds`);
  if (message !== undefined && message !== null && typeof message !== "string")
    throw problem(notebook, `the "message" of ${at} is not a text`);
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
  // A nested value is not shown: it may be nested so deep that JSON.stringify exhausts the stack.
  const written = typeof outcome === "object" && outcome !== null ? "an object" : JSON.stringify(outcome);
  return `The outcome ${oneLine(written, 60)} is not passed, failed or skipped.`;
}

const form = '{"tests": [{"name", "outcome": "passed", "message", "durationSeconds"}]}';

function problem(notebook: { name: string }, found: string, advice = `exit with ${form}`): ResultsError {
  const attempt = `read the tests in the exit value of ${oneLine(notebook.name, 200)}`;
  return new ResultsError(couldNot(attempt, found, advice));
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
