import { couldNot } from "../text/could-not.ts";
import { oneLine, plainText, webAddress } from "../text/plain-text.ts";
import { withoutAttachments } from "./attachment-marker.ts";
import { byLowerCase, localName, seconds, time } from "./junit-attributes.ts";
import { SuiteCounts } from "./junit-counts.ts";
import { splitCell } from "./junit-failing-cell.ts";
import { elementMeaning, type StatedOutcome, statedOutcome } from "./junit-outcomes.ts";
import { takePhase } from "./junit-phase.ts";
import { ResultsError } from "./results-error.ts";
import type { FailedAttempt, SuiteOutput, TestCase } from "./test-case.ts";
import type { TestResults } from "./test-results.ts";
import { walkXml } from "./xml-source.ts";

/**
 * Reads JUnit XML of any flavour: pytest (xunit1, xunit2), Surefire with its reruns, mocha, go-junit-report, our own.
 * Suites may nest, and names may have a prefix and any case. Unreadable names, times and texts of a case are left out, but an outcome that
 * is not known to be a success fails the case. A suite that counts more cases than it lists gets a failed case that says so.
 * @param file the file's name in messages
 * @throws ResultsError with file and line
 */
export function readJUnit(content: string | Uint8Array, { file }: { file: string }): TestResults {
  const reader = new JUnitReader(file);
  walkXml(content, file, reader);
  return reader.run();
}

interface OpenSuite {
  name: string;
  file?: string;
  path: string[];
}

const texts = new Set(["system-out", "system-err"]);
const suiteElements = new Set(["testsuites", "testsuite"]);

class JUnitReader {
  readonly #file: string;
  readonly #cases: TestCase[] = [];
  readonly #suiteOutputs: SuiteOutput[] = [];
  readonly #suites: OpenSuite[] = [];
  /** Open elements, root first. */
  readonly #open: string[] = [];
  /** The text since the last tag. */
  #text: string[] = [];
  #runName: string | undefined;
  #startedOn: number | undefined;
  #case: TestCase | undefined;
  /** The message of `#case` if it fails only because of its attributes. */
  #statedMessage: string | undefined;
  /** The failures within `#case`; its suite may count each of them. */
  #failuresShown = 0;
  /** Whether `#case` represents a suite that failed itself, for example in its set-up. */
  #isSuiteFailure = false;
  readonly #counts = new SuiteCounts();
  #attempt: FailedAttempt | undefined;

  constructor(file: string) {
    this.#file = file;
  }

  run(): TestResults {
    return {
      name: this.#runName ?? this.#file,
      ...(this.#startedOn === undefined ? {} : { startedOn: new Date(this.#startedOn) }),
      cases: this.#cases,
      ...(this.#suiteOutputs.length > 0 ? { suiteOutputs: this.#suiteOutputs } : {}),
    };
  }

  open(qualifiedName: string, qualifiedAttributes: Record<string, string>): void {
    const name = localName(qualifiedName);
    const attributes = byLowerCase(qualifiedAttributes);
    if (this.#open.length === 0) this.#root(name, qualifiedName, attributes);
    const parent = this.#open.at(-1);
    this.#open.push(name);
    this.#text = [];
    const meaning = elementMeaning(name);
    if (suiteElements.has(name)) this.#openSuite(name, attributes, statedOutcome(qualifiedAttributes));
    else if (name === "testcase") this.#openCase(attributes, statedOutcome(qualifiedAttributes));
    else if (name === "property") this.#property(attributes);
    else if (meaning === "failure") this.#failure(attributes);
    else if (meaning === "skip" && this.#case) this.#skipped(attributes);
    else if (meaning === "failedAttempt" && this.#case) this.#failedAttempt(attributes);
    else if (meaning === "unknown" && (parent === "testcase" || suiteElements.has(parent ?? "")))
      this.#unknown(qualifiedName, attributes);
  }

  text(part: string): void {
    this.#text.push(part);
  }

  close(qualifiedName: string): void {
    const name = localName(qualifiedName);
    this.#open.pop();
    const text = this.#text.length > 0 ? plainText(this.#text.join("")) : "";
    this.#text = [];
    const meaning = elementMeaning(name);
    if (suiteElements.has(name)) this.#closeSuite(name);
    else if (name === "testcase") this.#closeCase();
    else if (texts.has(name)) this.#output(text);
    else if (this.#attempt) this.#closeInAttempt(name, text);
    else if (this.#case && (meaning === "failure" || meaning === "skip")) {
      this.#reason(text);
      if (this.#isSuiteFailure) this.#closeCase();
    }
  }

  #root(name: string, written: string, attributes: Record<string, string>): void {
    if (!suiteElements.has(name))
      throw new ResultsError(
        couldNot(
          `read ${this.#file}, line 1`,
          `the root element is <${plainText(written).slice(0, 60)}> and not <testsuites> or <testsuite>`,
          "write the results as JUnit XML",
        ),
      );
    if (attributes.name) this.#runName = plainText(attributes.name);
  }

  #openSuite(element: string, attributes: Record<string, string>, stated: StatedOutcome): void {
    if (this.#case) this.#closeCase(); // a suite is never within a case
    this.#counts.open(element, attributes);
    if (element === "testsuite") {
      const parent = this.#suites.at(-1);
      const name = plainText(attributes.name ?? "");
      const file = attributes.file ?? attributes.filepath ?? parent?.file;
      this.#suites.push({
        name,
        ...(file ? { file: plainText(file) } : {}),
        path: name ? [...(parent?.path ?? []), name] : (parent?.path ?? []),
      });
    }
    const startedOn = time(attributes.timestamp);
    if (element === "testsuite" && startedOn < (this.#startedOn ?? Number.POSITIVE_INFINITY))
      this.#startedOn = startedOn;
    if (stated.outcome === "failed") this.#suiteFailure(stated.message);
  }

  #closeSuite(element: string): void {
    if (this.#case) this.#closeCase();
    for (const problem of this.#counts.close())
      this.#suiteFailure(
        couldNot(
          `read all results of ${this.#file}`,
          problem,
          "run the tests again, and see their output for what ended them",
        ),
      );
    if (element === "testsuite") this.#suites.pop();
  }

  /** Adds a failed case that represents the suite, or the run, itself. */
  #suiteFailure(message: string | undefined): void {
    this.#openCase(
      { name: `${this.#suites.at(-1)?.name || "the run"} itself` },
      { outcome: "failed", ...(message ? { message } : {}) },
      false,
    );
    this.#closeCase();
  }

  #openCase(attributes: Record<string, string>, { outcome, message }: StatedOutcome, isTest = true): void {
    if (this.#case) this.#closeCase(); // cases should not nest, but none must be lost
    const suite = this.#suites.at(-1);
    const file = attributes.file ?? suite?.file;
    this.#case = {
      name: plainText(attributes.name ?? "") || "(no name)",
      className: plainText(attributes.classname ?? attributes.class ?? suite?.name ?? ""),
      ...(suite && suite.path.length > 0 ? { suite: suite.path } : {}),
      ...(file ? { file: plainText(file).replaceAll("\\", "/") } : {}),
      outcome,
      durationSeconds: seconds(attributes.time ?? attributes.duration),
    };
    this.#statedMessage = message;
    this.#failuresShown = 0;
    if (isTest) this.#counts.test();
  }

  #failure(attributes: Record<string, string>): void {
    if (!this.#case) {
      const name = `${this.#suites.at(-1)?.name || "the run"} itself`;
      this.#openCase({ name }, { outcome: "failed" }, false);
      this.#isSuiteFailure = true;
    }
    this.#case!.outcome = "failed";
    this.#case!.message ||= plainText(attributes.message ?? attributes.type ?? "");
    this.#countFailure();
  }

  /** An unknown element may mean that the case failed. */
  #unknown(name: string, attributes: Record<string, string>): void {
    const element = `The results contain the unknown element <${oneLine(name, 60)}>, which may mean a failure`;
    const detail = oneLine(attributes.message ?? attributes.type ?? "", 300);
    const message = detail ? `${element}: ${detail}` : `${element}.`;
    if (this.#case) {
      this.#case.outcome = "failed";
      this.#case.message ||= message;
    } else this.#suiteFailure(message);
  }

  #failedAttempt(attributes: Record<string, string>): void {
    this.#attempt = { message: plainText(attributes.message ?? attributes.type ?? "") };
    this.#countFailure();
  }

  #countFailure(): void {
    this.#failuresShown++;
    this.#counts.failure();
  }

  #skipped(attributes: Record<string, string>): void {
    if (this.#case!.outcome === "passed") this.#case!.outcome = "skipped";
    this.#case!.message ||= plainText(attributes.message ?? "");
  }

  /** Takes the text of a failure, error or skipped element. */
  #reason(text: string): void {
    const reason = text.trim();
    if (!reason) return;
    const testCase = this.#case!;
    testCase.message ||= reason.split("\n")[0]!;
    if (testCase.outcome === "failed")
      testCase.trace = testCase.trace ? `${testCase.trace}\n\n${reason}` : reason;
  }

  #closeInAttempt(name: string, text: string): void {
    const attempt = this.#attempt!;
    if (elementMeaning(name) === "failedAttempt") {
      if (text.trim()) attempt.trace ??= text.trim();
      this.#case?.failedAttempts?.push(attempt);
      if (this.#case && !this.#case.failedAttempts) this.#case.failedAttempts = [attempt];
      this.#attempt = undefined;
    } else if (name === "stacktrace" && text.trim()) attempt.trace = text.trim();
  }

  #output(text: string): void {
    const output = withoutAttachments(text).trim();
    if (!output || this.#attempt) return;
    if (this.#case) this.#case.output = this.#case.output ? `${this.#case.output}\n${output}` : output;
    else this.#suiteOutputs.push({ suite: this.#suites.at(-1)?.path ?? [], output });
  }

  #property({ name, value = "" }: Record<string, string>): void {
    if (!this.#case || !name) return;
    const url = name === "url" ? webAddress(value) : undefined;
    if (url) this.#case.url = url;
    else this.#case.properties = { ...this.#case.properties, [plainText(name)]: plainText(value) };
  }

  #closeCase(): void {
    const testCase = this.#case;
    if (!testCase) return;
    testCase.message ||= testCase.outcome === "failed" ? this.#statedMessage : undefined;
    if (!testCase.message) delete testCase.message;
    if (testCase.outcome === "failed" && this.#failuresShown === 0) this.#counts.failure();
    if (testCase.outcome === "skipped") this.#counts.skip();
    const runLine = testCase.url ? `\n\nRun: ${testCase.url}` : undefined;
    if (runLine && testCase.trace?.endsWith(runLine))
      testCase.trace = testCase.trace.slice(0, -runLine.length);
    if (testCase.trace) {
      const { cell, rest } = splitCell(testCase.trace);
      if (cell) testCase.failingCell = cell;
      if (rest && (rest !== testCase.message || !cell)) testCase.trace = rest;
      else delete testCase.trace;
    }
    takePhase(testCase);
    this.#cases.push(testCase);
    this.#case = undefined;
    this.#isSuiteFailure = false;
    this.#attempt = undefined;
  }
}
