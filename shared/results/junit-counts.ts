import { oneLine } from "../text/plain-text.ts";

interface Count {
  /** How messages call the element. */
  subject: string;
  tests: number;
  failures: number;
  skipped: number;
  /** In it and in the suites within: cases, what says that one failed, and cases that were skipped. */
  seenTests: number;
  seenFailures: number;
  seenSkipped: number;
  /** What the suites within count as skipped. */
  skippedWithin: number;
}

/**
 * Compares what `testsuites` and `testsuite` count with what they list: a file that lists less was cut or merged wrongly, and must not
 * look as if all had passed. More is no contradiction: Surefire counts its last reruns alone, and not every suite counts those within.
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
    // pytest 9 counts each subtest that passed and lists none of them: https://docs.pytest.org/en/stable/how-to/subtests.html
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

  /** Ends the innermost element. Returns at the end of the outermost what is wrong, in parts of sentences. */
  close(): string[] {
    const closed = this.#open.pop()!;
    const { subject, tests, failures, seenTests, seenFailures, seenSkipped } = closed;
    const unlisted = Math.max(0, tests - seenTests);
    const unshown = Math.max(0, failures - seenFailures);
    const skipped = Math.max(closed.skipped, closed.skippedWithin);
    if (unlisted > 0)
      this.#unlisted.push({
        tests: unlisted,
        problem: `${subject} counts ${tests} tests but lists ${seenTests}`,
      });
    if (unshown > 0) this.#problems.push(`${subject} counts ${failures} failures but shows ${seenFailures}`);
    const parent = this.#open.at(-1);
    if (parent) parent.skippedWithin += skipped;
    // What one suite lacks, those around it do not lack once more.
    for (const around of this.#open) {
      around.seenTests += unlisted;
      around.seenFailures += unshown;
    }
    return parent ? [] : [...this.#withoutSkips(Math.max(0, skipped - seenSkipped)), ...this.#problems];
  }

  /** mocha-junit-reporter counts the tests that were skipped, in the run alone, and lists them only on request. */
  #withoutSkips(unlistedSkips: number): string[] {
    let skips = unlistedSkips;
    return this.#unlisted.flatMap(({ tests, problem }) => {
      if (tests > skips) return [problem];
      skips -= tests;
      return [];
    });
  }
}
