import type { ExitValueReading } from "../../shared/results/exit-value.ts";
import { cutMiddle } from "../../shared/results/plain-text.ts";
import type { TestCase } from "../../shared/results/test-run.ts";

/** With these a step stays under 150 MB of memory, whatever notebooks report. */
const mostTests = 5_000;
const mostCharacters = 4_000_000;
const longest = { message: 4_000, trace: 16_000, output: 4_000 };

/** What the notebooks of one step may report of tests in all. More is refused aloud: a part of it could look green. */
export class TestBudget {
  #tests = 0;
  #characters = 0;

  /** The reading with its long texts cut, or unreadable where there is no room for it. */
  take(reading: ExitValueReading): ExitValueReading {
    if (reading.kind !== "cases") return reading;
    const cases = reading.cases.map(cut);
    this.#tests += cases.length;
    for (const { name, message = "", trace = "", output = "" } of cases)
      this.#characters += name.length + message.length + trace.length + output.length;
    if (this.#tests <= mostTests && this.#characters <= mostCharacters) return { kind: "cases", cases };
    const problem = `it reports ${cases.length} tests, with which this step has more than the ${mostTests} tests or ${mostCharacters / 1_000_000} MB of text that it takes; report fewer, or run the notebooks in several steps`;
    return { kind: "unreadable", problem };
  }
}

function cut(testCase: TestCase): TestCase {
  const shorter = { ...testCase };
  for (const part of ["message", "trace", "output"] as const) {
    const text = testCase[part];
    if (text !== undefined && text.length > longest[part]) shorter[part] = cutMiddle(text, longest[part]);
  }
  return shorter;
}
