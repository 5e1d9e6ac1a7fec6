import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { parseArgs } from "node:util";
import { readJUnit } from "../../shared/results/junit-reader.ts";
import { htmlReport } from "../../shared/results/report/html-report.ts";
import { ResultsError } from "../../shared/results/results-error.ts";
import { countOutcomes } from "../../shared/results/test-case.ts";
import { joinResults, type TestResults } from "../../shared/results/test-results.ts";

/** What the command prints to: process.stdout, process.stderr, or a test's. */
interface Output {
  write(text: string): unknown;
}

const Usage = "notebook-ops report RESULTS.xml… --html FILE";

/**
 * `notebook-ops report`: the HTML report of JUnit files of any producer.
 * Answers the exit code: 0 where the report was written, whatever it says; 1 where results cannot be read or the report
 * not be written; 2 for wrong arguments.
 */
export async function reportCommand(args: string[], out: Output, err: Output): Promise<number> {
  const options = readArguments(args);
  if (typeof options === "string") {
    err.write(`${options}; usage: ${Usage}\n`);
    return 2;
  }
  try {
    const run = joinResults(await Promise.all(options.files.map(readRun)));
    await writeFile(options.html, htmlReport(run));
    const { total, failed, skipped } = countOutcomes(run.cases);
    out.write(`${options.html}: ${total} cases, ${failed} failed, ${skipped} skipped\n`);
    return 0;
  } catch (error) {
    const problem = describe(error, options.html);
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
  const reason = { ENOENT: "it does not exist", EISDIR: "it is a folder", EACCES: "permission is denied" }[
    code ?? ""
  ];
  if (file === html)
    return `The report cannot be written to ${html} (${reason ? reason.replace("it", "its folder") : error.message}): name another file by --html.`;
  return `The results ${file ?? ""} cannot be read (${reason ?? error.message}): name the JUnit files that the tests wrote.`;
}

/** The arguments, or what is wrong with them. */
function readArguments(args: string[]): { files: string[]; html: string } | string {
  try {
    const { values, positionals } = parseArgs({
      args,
      allowPositionals: true,
      options: { html: { type: "string" } },
    });
    if (positionals.length === 0) return "notebook-ops report needs one or more JUnit files";
    if (!values.html) return "notebook-ops report needs --html, the file to write";
    return { files: positionals, html: values.html };
  } catch (error) {
    return `notebook-ops report cannot read its arguments: ${(error as Error).message}`;
  }
}
