import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { readJUnit } from "../../shared/results/junit-reader.ts";
import { htmlReport } from "../../shared/results/report/html-report.ts";
import { ResultsError } from "../../shared/results/results-error.ts";
import { countOutcomes } from "../../shared/results/test-case.ts";
import { joinResults, type TestResults } from "../../shared/results/test-results.ts";
import { couldNot } from "../../shared/text/could-not.ts";
import type { CommandLine } from "./command-line/declaration.ts";
import type { reportDeclaration } from "./declarations.ts";

/** What the command prints to: process.stdout, process.stderr, or a test's. */
interface Output {
  write(text: string): unknown;
}

/**
 * `notebook-ops report`: the HTML report of JUnit files of any producer.
 * @returns the exit code: 0 if the report was written, whatever the results in it; 1 if results cannot be read or the report cannot be written
 */
export async function reportCommand(
  { arguments: files, options: { html } }: CommandLine<typeof reportDeclaration>,
  out: Output,
  err: Output,
): Promise<number> {
  try {
    const run = joinResults(await Promise.all(files.map(readRun)));
    await writeReport(html, htmlReport(run));
    const { total, failed, skipped } = countOutcomes(run.cases);
    out.write(`${html}: ${total} cases, ${failed} failed, ${skipped} skipped\n`);
    return 0;
  } catch (error) {
    if (!(error instanceof ResultsError || error instanceof FileError)) throw error;
    err.write(`${error.message}\n`);
    return 1;
  }
}

/** A file that cannot be read or written, in one sentence. */
class FileError extends Error {
  override name = "FileError";
}

async function readRun(file: string): Promise<TestResults> {
  const content = await readFile(file).catch((cause) => {
    const reason = reasonOf(cause, "there is no such file");
    const advice = "give the JUnit files that the tests wrote";
    throw new FileError(couldNot(`read the results ${file}`, reason, advice), { cause });
  });
  return readJUnit(content, { file: path.basename(file) });
}

async function writeReport(file: string, content: string): Promise<void> {
  await writeFile(file, content).catch((cause) => {
    const reason = reasonOf(cause, "its folder does not exist");
    throw new FileError(couldNot(`write the report to ${file}`, reason, "give another file by --html"), {
      cause,
    });
  });
}

function reasonOf({ code, message }: NodeJS.ErrnoException, missing: string): string {
  const reasons: Record<string, string> = {
    ENOENT: missing,
    EISDIR: "it is a folder",
    EACCES: "permission is denied",
  };
  return reasons[code ?? ""] ?? message;
}
