import { copyFile, mkdir, readFile } from "node:fs/promises";
import path from "node:path";
import { couldNot } from "../../../shared/text/could-not.ts";

/** The test results that a step published. */
export interface PublishedTests {
  title: string;
  files: string[];
  cases: PublishedTestCase[];
  passed: number;
  failed: number;
  skipped: number;
}

/** The parts of a test case that the agent reads (Worker/TestResults/Legacy/JunitResultReader.cs of the agent). */
export interface PublishedTestCase {
  name: string;
  className: string;
  outcome: "passed" | "failed" | "skipped";
  durationMs: number;
  message?: string;
  trace?: string;
}

interface JUnitElement {
  [tag: string]: unknown;
}

/** @throws Error with one sentence for a format of test results other than JUnit, the only one that the local agent reads */
export function requireJUnit(format: string): void {
  if (format.toLowerCase() === "junit") return;
  throw new Error(
    couldNot(
      `publish test results of the format ${format}`,
      "the local agent reads only JUnit",
      "publish JUnit files",
    ),
  );
}

/** Reads the test cases of JUnit files. @throws Error with one sentence for a file that is missing or not JUnit XML */
export async function readTests(title: string, files: readonly string[]): Promise<PublishedTests> {
  const { parseStringPromise } = await import("xml2js");
  const cases: PublishedTestCase[] = [];
  for (const file of files) {
    const document = await readFile(file, "utf8")
      .then((text) => parseStringPromise(text) as Promise<JUnitElement>)
      .catch((error: Error) => {
        throw new Error(
          couldNot(
            `read the test results ${file}`,
            error.message.split("\n")[0] ?? "",
            "publish JUnit XML files",
          ),
        );
      });
    const suites = Object.entries(document ?? {}).find(
      ([tag]) => tag === "testsuites" || tag === "testsuite",
    );
    if (!suites)
      throw new Error(
        couldNot(`read the test results ${file}`, "it has no testsuite element", "publish JUnit XML files"),
      );
    collectCases(suites[1], cases);
  }
  const count = (searched: PublishedTestCase["outcome"]) =>
    cases.filter(({ outcome }) => outcome === searched).length;
  const counts = { passed: count("passed"), failed: count("failed"), skipped: count("skipped") };
  return { title, files: [...files], cases, ...counts };
}

function collectCases(element: unknown, cases: PublishedTestCase[]): void {
  if (typeof element !== "object" || element === null) return;
  const { testsuite, testcase } = element as { testsuite?: unknown[]; testcase?: unknown[] };
  for (const suite of testsuite ?? []) collectCases(suite, cases);
  for (const each of testcase ?? []) cases.push(readCase(each));
}

function readCase(element: unknown): PublishedTestCase {
  const tags = (typeof element === "object" && element !== null ? element : {}) as JUnitElement;
  const attributes = attributesOf(tags);
  const problem = first(tags.failure) ?? first(tags.error);
  const common = {
    name: attributes.name ?? "",
    className: attributes.classname ?? "",
    durationMs: Math.round(Number(attributes.time ?? 0) * 1000) || 0,
  };
  if (problem !== undefined) {
    const message = attributesOf(problem).message;
    const trace = typeof problem === "string" ? problem : String((problem as { _?: unknown })._ ?? "");
    return { ...common, outcome: "failed", ...(message ? { message } : {}), ...(trace ? { trace } : {}) };
  }
  return { ...common, outcome: "skipped" in tags ? "skipped" : "passed" };
}

function first(elements: unknown): unknown {
  return Array.isArray(elements) ? elements[0] : undefined;
}

function attributesOf(element: unknown): Record<string, string | undefined> {
  return (element as { $?: Record<string, string> } | undefined)?.$ ?? {};
}

export function describeTests(tests: PublishedTests): string {
  const total = tests.passed + tests.failed + tests.skipped;
  const skipped = tests.skipped > 0 ? `, ${tests.skipped} skipped` : "";
  return `${total} ${total === 1 ? "test" : "tests"}: ${tests.passed} passed, ${tests.failed} failed${skipped}`;
}

/** Copies the files of test results to a folder that outlives the job. */
export async function keepTestFiles(tests: PublishedTests, folder: string): Promise<PublishedTests> {
  await mkdir(folder, { recursive: true });
  const files: string[] = [];
  for (const [index, file] of tests.files.entries()) {
    const kept = path.join(folder, `${index + 1}-${path.basename(file)}`);
    await copyFile(file, kept);
    files.push(kept);
  }
  return { ...tests, files };
}
