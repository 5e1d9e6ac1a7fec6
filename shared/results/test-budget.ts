import { cutMiddle } from "../text/plain-text.ts";
import type { ExitValueReading } from "./exit-value.ts";
import type { TestCase } from "./test-case.ts";

/** With these a step stays under 150 MB of memory, whatever notebooks report. */
const mostTests = 5_000;
const mostCharacters = 4_000_000;
const longest = { message: 4_000, trace: 16_000, output: 4_000 };

/** What the notebooks of one step may report of tests in all. More is refused aloud: a part of it could look green. */
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
    const problem = `it reports ${cases.length} tests, with which this step has more than the ${mostTests} tests or ${mostCharacters / 1_000_000} MB of text that it takes; report fewer, or run the notebooks in several steps`;
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

function withShortTexts<T extends { message?: string; trace?: string; output?: string }>(of: T): T {
  const shorter = { ...of };
  for (const part of ["message", "trace", "output"] as const) {
    const text = of[part];
    if (text !== undefined) shorter[part] = cutMiddle(text, longest[part]);
  }
  return shorter;
}

/** In each text within. */
function charactersIn(value: unknown): number {
  if (typeof value === "string") return value.length;
  if (typeof value !== "object" || value === null) return 0;
  if (Array.isArray(value)) return value.reduce((sum: number, each) => sum + charactersIn(each), 0);
  return charactersIn(Object.values(value));
}
