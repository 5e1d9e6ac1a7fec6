import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { parseStringPromise } from "xml2js";
import type { StageResult } from "../../../local/agent/step-session.ts";
import { readJUnit } from "../../../shared/results/junit-reader.ts";
import type { TestCase } from "../../../shared/results/test-case.ts";
import { type TaskFixture, type TaskFixtureOptions, taskFixture } from "../../harness/task-fixture.ts";

/** A Python notebook of these cells. */
export const python = (...cells: string[]) =>
  ["# Databricks notebook source", ...cells].join("\n# COMMAND ----------\n");

/** A notebook that exits with the value of a Python expression. */
export const exits = (expression: string) => python(`dbutils.notebook.exit(${expression})`);

/** A cell that exits with a text, or with the JSON of another value. */
export const exitsWith = (value: unknown) => {
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return `import base64\ndbutils.notebook.exit(base64.b64decode("${Buffer.from(text).toString("base64")}").decode())`;
};

/** A notebook that runs longer than a test. */
export const sleeps = python("import time\ntime.sleep(60)");

/** DatabricksRunNotebook with a folder of these notebooks and a cluster that runs. */
export function runNotebook(
  notebooks: Record<string, string> = {},
  options: TaskFixtureOptions = {},
): Promise<TaskFixture> {
  return taskFixture("DatabricksRunNotebook", { notebooks, hasCluster: true, ...options });
}

/** The workspace's objects by path, with `<id>` in place of the random name of a step's own folder. */
export function objectPaths(step: TaskFixture): string[] {
  return step
    .ledger()
    .workspaceObjects.map((object) => object.name.replace(/\/[0-9a-f]{12}(?=\/|$)/, "/<id>"))
    .sort();
}

export function leftovers(step: TaskFixture) {
  const { runs, workspaceObjects } = step.ledger();
  return { runs, workspaceObjects };
}

export const nothingLeft = { runs: [], workspaceObjects: [] };

/** The test cases of ResultsFile, as xml2js reads them. */
export async function junitCases(result: StageResult) {
  const xml = await parseStringPromise(await readFile(result.variables["step.ResultsFile"]!, "utf8"));
  return xml.testsuites.testsuite.flatMap((suite: { testcase: unknown[] }) => suite.testcase);
}

/** The tests that the step published on the Tests tab. */
export async function reportedTests(result: StageResult): Promise<TestCase[]> {
  const { files } = result.effects.testResults[0]!;
  return readJUnit(await readFile(files[0]!), { file: files[0]! }).cases;
}

/** The text of the only attachment of a type. */
export async function attached(result: StageResult, type: string): Promise<string> {
  const found = result.effects.attachments.filter((each) => each.type === type);
  assert.equal(found.length, 1, `one attachment of type ${type}`);
  return readFile(found[0]!.file, "utf8");
}

/** Markdown without its code: what is left is shown as markup. */
export function markdownWithoutCode(markdown: string): string {
  return markdown
    .replace(/^(`{3,})[^\n]*\n[\s\S]*?\n\1$/gm, "")
    .replace(/(?<!`)(`+)(?!`)[^\n]*?(?<!`)\1(?!`)/g, "");
}
