import { oneLine } from "../text/plain-text.ts";

interface Count {
  /** The name of the element in messages. */
  subject: string;
  tests: number;
  failures: number;
  skipped: number;
  /** The cases, failures and skipped cases that the file lists in the element and the suites within it. */
  seenTests: number;
  seenFailures: number;
  seenSkipped: number;
  /** The sum of the counts of skipped cases of the suites within it. */
  skippedWithin: number;
}

/**
 * Compares the counts of `testsuites` and `testsuite` with the cases that they list. A file that lists fewer was cut off or merged wrongly,
 * and must not look as if all tests passed. A file may list more: Surefire counts only the last of its reruns, and not every suite counts
 * the cases of the suites within it.
 */
export class SuiteCounts {
  readonly #open: Count[] = [];
  readonly #problems: string[] = [];
  readonly #unlisted: { tests: number; problem: string }[] = [];
  #isPytest = false;

  /** @param attributes by their names in lower case */
  open(element: string, attributes: Record<string, string>): void {
    if (this.#open.length === 0) this.#isPytest = attributes.name === "pytest tests";
    const suite = attributes.name ? `the suite ${oneLine(attributes.name, 200)}` : "a suite";
    const subject = element === "testsuites" ? "the run" : suite;
    const read = (name: string): number => {
      const text = attributes[name]?.trim() ?? "";
      if (/^\d*$/.test(text)) return Number(text);
      this.#problems.push(`${subject} counts ${name}="${oneLine(text, 40)}", which is not a number`);
      return 0;
    };
    const tests = read("tests");
    // pytest 9 counts subtests that passed but does not list them: https://docs.pytest.org/en/stable/how-to/subtests.html
    const countsSubtests = this.#isPytest && attributes.hostname && attributes.timestamp;
    this.#open.push({
      subject,
      tests: countsSubtests ? Math.min(tests, 1) : tests,
      failures: read("failures") + read("errors"),
      skipped: read("skipped") + read("disabled"),
      seenTests: 0,
      seenFailures: 0,
      seenSkipped: 0,
      skippedWithin: 0,
    });
  }

  test(): void {
    for (const count of this.#open) count.seenTests++;
  }

  failure(): void {
    for (const count of this.#open) count.seenFailures++;
  }

  skip(): void {
    for (const count of this.#open) count.seenSkipped++;
  }

  /** Ends the innermost element. At the end of the outermost one, returns the contradictions, each as a part of a sentence. */
  close(): string[] {
    const closed = this.#open.pop()!;
    const { subject, tests, failures, seenTests, seenFailures, seenSkipped } = closed;
    const unlisted = Math.max(0, tests - seenTests);
    const unshown = Math.max(0, failures - seenFailures);
    const skipped = Math.max(closed.skipped, closed.skippedWithin);
    if (unlisted > 0)
      this.#unlisted.push({
        tests: unlisted,
        problem: `${subject} counts ${numberOf(tests, "test")} but lists ${seenTests}`,
      });
    if (unshown > 0)
      this.#problems.push(`${subject} counts ${numberOf(failures, "failure")} but lists ${seenFailures}`);
    const parent = this.#open.at(-1);
    if (parent) parent.skippedWithin += skipped;
    // What is missing in a suite is not reported again for the suites around it.
    for (const around of this.#open) {
      around.seenTests += unlisted;
      around.seenFailures += unshown;
    }
    return parent ? [] : [...this.#withoutSkips(Math.max(0, skipped - seenSkipped)), ...this.#problems];
  }

  /** mocha-junit-reporter counts skipped tests only in `testsuites`, and lists them only if it is configured to. */
  #withoutSkips(unlistedSkips: number): string[] {
    let skips = unlistedSkips;
    return this.#unlisted.flatMap(({ tests, problem }) => {
      if (tests > skips) return [problem];
      skips -= tests;
      return [];
    });
  }
}

function numberOf(count: number, thing: string): string {
  return count === 1 ? `1 ${thing}` : `${count} ${thing}s`;
}
