import { copyFile, mkdir, readFile } from "node:fs/promises";
import path from "node:path";

export interface TestRun {
  title: string;
  files: string[];
  passed: number;
  failed: number;
  skipped: number;
}

interface JUnitElement {
  [tag: string]: unknown;
}

/** Counts the test cases of JUnit files. @throws one sentence on a file that is missing or no JUnit XML. */
export async function readTestRun(title: string, files: readonly string[]): Promise<TestRun> {
  const { parseStringPromise } = await import("xml2js");
  const run: TestRun = { title, files: [...files], passed: 0, failed: 0, skipped: 0 };
  for (const file of files) {
    const document = await readFile(file, "utf8")
      .then((text) => parseStringPromise(text) as Promise<JUnitElement>)
      .catch((error: Error) => {
        throw new Error(
          `Reading the test results ${file} failed: ${error.message.split("\n")[0]}; give JUnit XML files.`,
        );
      });
    const suites = Object.entries(document ?? {}).find(
      ([tag]) => tag === "testsuites" || tag === "testsuite",
    );
    if (!suites)
      throw new Error(`Reading the test results ${file} found no testsuite in it: give JUnit XML files.`);
    count(suites[1], run);
  }
  return run;
}

function count(element: unknown, run: TestRun): void {
  if (typeof element !== "object" || element === null) return;
  const { testsuite, testcase } = element as { testsuite?: unknown[]; testcase?: unknown[] };
  for (const suite of testsuite ?? []) count(suite, run);
  for (const each of testcase ?? []) {
    const is = (tag: string) => typeof each === "object" && each !== null && tag in each;
    if (is("failure") || is("error")) run.failed += 1;
    else if (is("skipped")) run.skipped += 1;
    else run.passed += 1;
  }
}

export function describeTestRun(run: TestRun): string {
  const total = run.passed + run.failed + run.skipped;
  const skipped = run.skipped > 0 ? `, ${run.skipped} skipped` : "";
  return `${total} ${total === 1 ? "test" : "tests"}: ${run.passed} passed, ${run.failed} failed${skipped}`;
}

/** A test run whose files are copies in a folder that outlives the job. */
export async function keepTestRun(run: TestRun, folder: string): Promise<TestRun> {
  await mkdir(folder, { recursive: true });
  const files: string[] = [];
  for (const [index, file] of run.files.entries()) {
    const kept = path.join(folder, `${index + 1}-${path.basename(file)}`);
    await copyFile(file, kept);
    files.push(kept);
  }
  return { ...run, files };
}
