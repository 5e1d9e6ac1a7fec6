import { count, seconds, statedOutcome, time } from "./junit-attributes.ts";
import { plainText, webAddress } from "./plain-text.ts";
import { ResultsError } from "./results-error.ts";
import type { FailedAttempt, SuiteOutput, TestCase, TestRun } from "./test-run.ts";
import { walkXml } from "./xml-source.ts";

/**
 * Reads JUnit XML of any flavour: pytest (xunit1, xunit2), Surefire with its reruns, mocha, go-junit-report, our own.
 * Suites may nest; of a case's name, times and texts, what cannot be read is left out, and what says that it failed fails.
 * @param file names the source in errors.
 * @throws ResultsError in one sentence with file and line.
 */
export function readJUnit(content: string | Uint8Array, { file }: { file: string }): TestRun {
  const reader = new JUnitReader(file);
  walkXml(content, file, reader);
  return reader.run();
}

interface OpenSuite {
  name: string;
  file?: string;
  path: string[];
}

/** Elements by which a case says that an attempt failed: Surefire's `rerun…` and `flaky…` stand beside the last outcome. */
const failures = new Set(["failure", "error"]);
const failedAttempts = new Set(["rerunFailure", "rerunError", "flakyFailure", "flakyError"]);
const texts = new Set(["system-out", "system-err"]);
/** A line of output that names a file: https://plugins.jenkins.io/junit-attachments/. The bound keeps matching linear. */
const attachmentMarker = /\[\[ATTACHMENT\|([^\]\n]{1,1000})\]\]\n?/g;

class JUnitReader {
  readonly #file: string;
  readonly #cases: TestCase[] = [];
  readonly #suiteOutputs: SuiteOutput[] = [];
  readonly #suites: OpenSuite[] = [];
  /** Open elements, root first. */
  readonly #open: string[] = [];
  /** For each open element the text directly within it; only kept where `#wantsText`. */
  #text: string[] = [];
  #runName: string | undefined;
  #startedOn: number | undefined;
  #case: TestCase | undefined;
  /** Whether `#case` stands for a suite that failed itself, as where its set-up did. */
  #isSuiteFailure = false;
  /** Failures and errors that the outermost suites count. */
  #declaredFailures = 0;
  #attempt: FailedAttempt | undefined;

  constructor(file: string) {
    this.#file = file;
  }

  run(): TestRun {
    if (this.#declaredFailures > 0 && !this.#cases.some(({ outcome }) => outcome === "failed"))
      this.#cases.push(this.#unshownFailures());
    return {
      name: this.#runName ?? this.#file,
      ...(this.#startedOn === undefined ? {} : { startedOn: new Date(this.#startedOn) }),
      cases: this.#cases,
      ...(this.#suiteOutputs.length > 0 ? { suiteOutputs: this.#suiteOutputs } : {}),
    };
  }

  open(name: string, attributes: Record<string, string>): void {
    if (this.#open.length === 0) this.#root(name, attributes);
    this.#open.push(name);
    this.#text = [];
    if (name === "testsuite") this.#openSuite(attributes);
    else if (name === "testcase") this.#openCase(attributes);
    else if (name === "property") this.#property(attributes);
    else if (failures.has(name)) this.#failure(attributes);
    else if (this.#case && name === "skipped") this.#skipped(attributes);
    else if (this.#case && failedAttempts.has(name))
      this.#attempt = { message: plainText(attributes.message ?? attributes.type ?? "") };
  }

  text(part: string): void {
    this.#text.push(part);
  }

  close(name: string): void {
    this.#open.pop();
    const text = this.#text.length > 0 ? plainText(this.#text.join("")) : "";
    this.#text = [];
    if (name === "testsuite") this.#suites.pop();
    else if (name === "testcase") this.#closeCase();
    else if (texts.has(name)) this.#output(text);
    else if (this.#attempt) this.#closeInAttempt(name, text);
    else if (this.#case && (failures.has(name) || name === "skipped")) {
      this.#reason(text);
      if (this.#isSuiteFailure) this.#closeCase();
    }
  }

  #root(name: string, attributes: Record<string, string>): void {
    if (name !== "testsuites" && name !== "testsuite")
      throw new ResultsError(
        `${this.#file}, line 1: the root element is <${plainText(name).slice(0, 60)}>, where JUnit XML has <testsuites> or <testsuite>: write the results in the JUnit format.`,
      );
    if (attributes.name) this.#runName = plainText(attributes.name);
  }

  #openSuite(attributes: Record<string, string>): void {
    const parent = this.#suites.at(-1);
    if (!parent) this.#declaredFailures += count(attributes.failures) + count(attributes.errors);
    const name = plainText(attributes.name ?? "");
    const file = attributes.file ?? attributes.filepath ?? parent?.file;
    this.#suites.push({
      name,
      ...(file ? { file: plainText(file) } : {}),
      path: name ? [...(parent?.path ?? []), name] : (parent?.path ?? []),
    });
    const startedOn = time(attributes.timestamp);
    if (startedOn < (this.#startedOn ?? Number.POSITIVE_INFINITY)) this.#startedOn = startedOn;
  }

  #openCase(attributes: Record<string, string>): void {
    if (this.#case) this.#closeCase(); // cases do not nest, but none may be lost
    const suite = this.#suites.at(-1);
    const file = attributes.file ?? suite?.file;
    this.#case = {
      name: plainText(attributes.name ?? "") || "(no name)",
      className: plainText(attributes.classname ?? attributes.class ?? suite?.name ?? ""),
      ...(suite && suite.path.length > 0 ? { suite: suite.path } : {}),
      ...(file ? { file: plainText(file).replaceAll("\\", "/") } : {}),
      outcome: statedOutcome(attributes.status ?? attributes.result),
      durationSeconds: seconds(attributes.time ?? attributes.duration),
    };
  }

  #failure(attributes: Record<string, string>): void {
    if (!this.#case) {
      this.#openCase({ name: `${this.#suites.at(-1)?.name || "the run"} itself` });
      this.#isSuiteFailure = true;
    }
    this.#case!.outcome = "failed";
    this.#case!.message ||= plainText(attributes.message ?? attributes.type ?? "");
  }

  #skipped(attributes: Record<string, string>): void {
    if (this.#case!.outcome === "passed") this.#case!.outcome = "skipped";
    this.#case!.message ||= plainText(attributes.message ?? "");
  }

  /** The text of failure, error and skipped. */
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
    if (failedAttempts.has(name)) {
      if (text.trim()) attempt.trace ??= text.trim();
      this.#case?.failedAttempts?.push(attempt);
      if (this.#case && !this.#case.failedAttempts) this.#case.failedAttempts = [attempt];
      this.#attempt = undefined;
    } else if (name === "stackTrace" && text.trim()) attempt.trace = text.trim();
  }

  #output(text: string): void {
    const output = text.trim();
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
    if (!testCase.message) delete testCase.message;
    const attachments = [...(testCase.output ?? "").matchAll(attachmentMarker)];
    if (attachments.length > 0) {
      testCase.attachments = attachments.map((match) => match[1]!.trim());
      const output = testCase.output!.replaceAll(attachmentMarker, "").trim();
      if (output) testCase.output = output;
      else delete testCase.output;
    }
    const runLine = testCase.url ? `\n\nRun: ${testCase.url}` : undefined;
    if (runLine && testCase.trace?.endsWith(runLine))
      testCase.trace = testCase.trace.slice(0, -runLine.length);
    this.#cases.push(testCase);
    this.#case = undefined;
    this.#isSuiteFailure = false;
    this.#attempt = undefined;
  }

  /** A file that counts failures and shows none was cut or merged wrongly: it must not look as if all had passed. */
  #unshownFailures(): TestCase {
    const cases = this.#declaredFailures === 1 ? "a failed case" : `${this.#declaredFailures} failed cases`;
    return {
      name: "cases that the file does not show",
      className: plainText(this.#runName ?? ""),
      outcome: "failed",
      durationSeconds: 0,
      message: `${this.#file} counts ${cases} but shows none: look at the output of the tests.`,
    };
  }
}
