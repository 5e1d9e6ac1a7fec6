import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { toJUnit } from "../../shared/results/junit.ts";
import type { TestCase, TestRun } from "../../shared/results/test-run.ts";
import type { TaskHost } from "../../shared/task/index.ts";
import type { NotebookResult } from "./run-all.ts";

/** Environment variables of later steps hold an output; Windows allows 32,767 characters for one. */
const longestOutput = 30_000;

/** What the runs leave on the agent: a folder of its own in Agent.TempDirectory, which the agent empties after the job. */
export class ResultsFolder {
  readonly #folder: string;
  readonly #share: number;

  /** @param count of notebooks, which share what an output variable holds */
  constructor(host: TaskHost, id: string, count: number) {
    this.#folder = path.join(host.variable("Agent.TempDirectory") ?? ".", `notebook-ops-${id}`);
    this.#share = Math.floor(longestOutput / count);
  }

  /** Answers the value, or where it is too long for an output its beginning; the whole then stands in a file. */
  async keepExitValue(host: TaskHost, name: string, value: string): Promise<string> {
    if (value.length <= this.#share) return value;
    const file = path.join(this.#folder, `${name.replaceAll("/", ".")}.exit-value.txt`);
    await mkdir(this.#folder, { recursive: true });
    await writeFile(file, value);
    host.log.warning(
      `Notebook ${name}: its exit value has ${value.length} characters, of which ExitValue holds the first ${this.#share}; the whole is in ${file}.`,
    );
    return beginning(value, this.#share);
  }

  async writeJUnit(run: TestRun): Promise<string> {
    const file = path.join(this.#folder, "notebooks.junit.xml");
    await mkdir(this.#folder, { recursive: true });
    await writeFile(file, toJUnit(run));
    return file;
  }
}

/** A copy: a mere slice would keep the whole of a value of 5 MB in memory. */
function beginning(value: string, length: number): string {
  return Buffer.from(value.slice(0, length)).toString();
}

/** Each notebook as a test case. */
export function asTestRun(results: readonly NotebookResult[], startedOn: Date): TestRun {
  return { name: "Databricks notebooks", startedOn, cases: results.map(asTestCase) };
}

function asTestCase(result: NotebookResult): TestCase {
  return {
    name: result.name,
    className: path.posix.dirname(result.name) === "." ? "notebooks" : path.posix.dirname(result.name),
    outcome: result.state === "succeeded" ? "passed" : result.state === "failed" ? "failed" : "skipped",
    durationSeconds: result.durationMs / 1000,
    message: result.reason,
    trace: result.trace,
    output: result.exitValue,
    url: result.url,
  };
}

/** Sets the outputs, whatever the result: RunId and RunUrl of the first notebook that failed, else of the last one. */
export function setOutputs(host: TaskHost, results: readonly NotebookResult[]): void {
  const shown = results.find((result) => result.state === "failed") ?? results.at(-1)!;
  if (shown.runId !== undefined) host.output("RunId", String(shown.runId));
  if (shown.url !== undefined) host.output("RunUrl", shown.url);
  const values = results.filter((result) => result.exitValue !== undefined);
  if (results.length > 1)
    host.output(
      "ExitValue",
      JSON.stringify(Object.fromEntries(values.map((each) => [each.name, each.exitValue]))),
    );
  else if (values.length > 0) host.output("ExitValue", values[0]!.exitValue!);
}

/** The one sentence by which the task fails, or undefined where every notebook succeeded. */
export function failure(results: readonly NotebookResult[]): string | undefined {
  const failed = results.filter((result) => result.state !== "succeeded");
  const [first] = failed;
  if (!first) return undefined;
  const where = first.url ? `; see ${first.url}` : "";
  if (results.length === 1) return `Ran notebook ${first.name}, which failed: ${first.reason}${where}.`;
  return `Ran ${results.length} notebooks, of which ${failed.length} failed (${failed.map((each) => each.name).join(", ")}); the first, ${first.name}: ${first.reason}${where}.`;
}
