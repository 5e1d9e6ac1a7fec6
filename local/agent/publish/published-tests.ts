import { copyFile, mkdir, readFile } from "node:fs/promises";
import path from "node:path";
import { couldNot } from "../../../shared/text/could-not.ts";
import { didYouMean } from "../../../shared/text/did-you-mean.ts";
import { type PublishedTestCase, testFormats, type XmlElement } from "./test-formats.ts";

/** The test results that a step published. */
export interface PublishedTests {
  title: string;
  files: string[];
  cases: PublishedTestCase[];
  passed: number;
  failed: number;
  skipped: number;
  /** Whether the test run of the build gets the files as attachments; by default it does. */
  attachFiles?: boolean;
}

/** @throws Error with one sentence for a format of test results that the local agent does not read */
export function requireTestFormat(format: string): void {
  if (format.toLowerCase() in testFormats) return;
  const known = Object.values(testFormats).map(({ name }) => name);
  throw new Error(
    couldNot(
      `publish test results of the format ${format}`,
      `the local agent reads only ${known.join(", ")}`,
      didYouMean(format, known, "publish JUnit files"),
    ),
  );
}

/** Reads the test cases of files of one format. @throws Error with one sentence for a file that is missing or of another format */
export async function readTests(
  title: string,
  files: readonly string[],
  format = "JUnit",
): Promise<PublishedTests> {
  requireTestFormat(format);
  const { name, read } = testFormats[format.toLowerCase()]!;
  const { parseStringPromise } = await import("xml2js");
  const cases: PublishedTestCase[] = [];
  for (const file of files) {
    const fail = (problem: string) =>
      new Error(couldNot(`read the test results ${file}`, problem, `publish ${name} XML files`));
    const document = await readFile(file, "utf8")
      .then((text) => parseStringPromise(text) as Promise<XmlElement | null>)
      .catch((error: Error) => {
        throw fail(error.message.split("\n")[0] ?? "");
      });
    const found = read(document ?? {});
    if (!found) throw fail(`it is not a ${name} file`);
    cases.push(...found);
  }
  const count = (searched: PublishedTestCase["outcome"]) =>
    cases.filter(({ outcome }) => outcome === searched).length;
  const counts = { passed: count("passed"), failed: count("failed"), skipped: count("skipped") };
  return { title, files: [...files], cases, ...counts };
}

/**
 * Reads the test cases of files for one test run, or for one of each file, as the agent does (LegacyTestRunDataPublisher.cs). A file that
 * cannot be read is left out, with a warning.
 * @param title of the runs; the agent's by default, which has the id of the build
 */
export async function readTestRuns(
  files: readonly string[],
  options: { title: string | undefined; format: string; isMerged: boolean; buildId: string | number },
): Promise<{ runs: PublishedTests[]; warnings: string[] }> {
  requireTestFormat(options.format);
  const title =
    options.title?.trim() ||
    `${testFormats[options.format.toLowerCase()]!.name}_TestResults_${options.buildId}`;
  const results = await Promise.allSettled(
    files.map((file, index) => {
      const isAlone = options.isMerged || files.length === 1;
      return readTests(isAlone ? title : `${title}_${index + 1}`, [file], options.format);
    }),
  );
  const runs = results.flatMap((each) => (each.status === "fulfilled" ? [each.value] : []));
  const warnings = results.flatMap((each) =>
    each.status === "rejected" ? [(each.reason as Error).message] : [],
  );
  if (!options.isMerged || runs.length < 2) return { runs, warnings };
  const all = <T>(of: (run: PublishedTests) => readonly T[]) => runs.flatMap(of);
  const sum = (of: (run: PublishedTests) => number) => runs.reduce((total, run) => total + of(run), 0);
  const counts = {
    passed: sum(({ passed }) => passed),
    failed: sum(({ failed }) => failed),
    skipped: sum(({ skipped }) => skipped),
  };
  return {
    runs: [{ title, files: all(({ files }) => files), cases: all(({ cases }) => cases), ...counts }],
    warnings,
  };
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
