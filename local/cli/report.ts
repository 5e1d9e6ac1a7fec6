import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { readJUnit } from "../../shared/results/junit-reader.ts";
import { htmlReport } from "../../shared/results/report/html-report.ts";
import { ResultsError } from "../../shared/results/results-error.ts";
import { countOutcomes } from "../../shared/results/test-case.ts";
import { joinResults, type TestResults } from "../../shared/results/test-results.ts";
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
    await writeFile(html, htmlReport(run));
    const { total, failed, skipped } = countOutcomes(run.cases);
    out.write(`${html}: ${total} cases, ${failed} failed, ${skipped} skipped\n`);
    return 0;
  } catch (error) {
    const problem = describe(error, html);
    if (!problem) throw error;
    err.write(`${problem}\n`);
    return 1;
  }
}

async function readRun(file: string): Promise<TestResults> {
  return readJUnit(await readFile(file), { file: path.basename(file) });
}

function describe(error: unknown, html: string): string | undefined {
  if (error instanceof ResultsError) return error.message;
  if (!(error instanceof Error && "syscall" in error)) return undefined;
  const { path: file, code } = error as NodeJS.ErrnoException;
  const reasons: Record<string, string> = {
    ENOENT: file === html ? "its folder does not exist" : "there is no such file",
    EISDIR: "it is a folder",
    EACCES: "permission is denied",
  };
  const reason = reasons[code ?? ""] ?? error.message;
  return file === html
    ? `Could not write the report to ${html}: ${reason}; give another file by --html.`
    : `Could not read the results ${file ?? ""}: ${reason}; give the JUnit files that the tests wrote.`;
}
