import { couldNot } from "../text/could-not.ts";
import { cutMiddle } from "../text/plain-text.ts";
import type { ExitValueReading } from "./exit-value.ts";
import type { TestCase } from "./test-case.ts";

/** With these limits a step needs less than 150 MB of memory, whatever notebooks report. */
const mostTests = 5_000;
const mostCharacters = 4_000_000;
const longest = { message: 4_000, trace: 16_000, output: 4_000 };

/** Limits the tests that all notebooks of a step report. More fail their notebook, because a part of them could look like a success. */
export class TestBudget {
  #tests = 0;
  #characters = 0;

  /** The reading with its long texts cut, or unreadable if there is no room for it. */
  take(reading: ExitValueReading): ExitValueReading {
    if (reading.kind !== "cases") return reading;
    const cases = reading.cases.map(cut);
    this.#tests += cases.length;
    for (const { outcome: _outcome, ...texts } of cases)
      this.#characters += charactersIn([texts, Object.keys(texts.properties ?? {})]);
    if (this.#tests <= mostTests && this.#characters <= mostCharacters) return { kind: "cases", cases };
    const problem = couldNot(
      `take the ${cases.length === 1 ? "1 test" : `${cases.length} tests`} that the notebook reports`,
      `with them the step would have more than ${mostTests} tests or ${mostCharacters / 1_000_000} MB of text`,
      "report fewer tests, or run the notebooks in several steps",
    );
    return { kind: "unreadable", problem };
  }
}

function cut(testCase: TestCase): TestCase {
  const { failedAttempts } = testCase;
  return {
    ...withShortTexts(testCase),
    ...(failedAttempts ? { failedAttempts: failedAttempts.map(withShortTexts) } : {}),
  };
}

function withShortTexts<T extends { message?: string; trace?: string; output?: string }>(whole: T): T {
  const shorter = { ...whole };
  for (const part of ["message", "trace", "output"] as const) {
    const text = whole[part];
    if (text !== undefined) shorter[part] = cutMiddle(text, longest[part]);
  }
  return shorter;
}

/** The length of all texts in a value. */
function charactersIn(value: unknown): number {
  if (typeof value === "string") return value.length;
  if (typeof value !== "object" || value === null) return 0;
  if (Array.isArray(value)) return value.reduce((sum: number, each) => sum + charactersIn(each), 0);
  return charactersIn(Object.values(value));
}
