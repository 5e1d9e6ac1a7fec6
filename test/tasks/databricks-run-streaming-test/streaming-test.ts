import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import type { StageResult } from "../../../local/agent/step-session.ts";
import { readJUnit } from "../../../shared/results/junit-reader.ts";
import {
  type StepChanges,
  type TaskFixture,
  type TaskFixtureOptions,
  taskFixture,
} from "../../harness/task-fixture.ts";

/** A Databricks notebook of Python cells. */
export function python(...cells: string[]): string {
  return ["# Databricks notebook source", cells.join("\n\n# COMMAND ----------\n\n"), ""].join("\n");
}

/** A stream without Spark: it counts the lines of what lands, again and again, until its run is cancelled. */
export const counting = python(
  "import time, json",
  `def counted():
    try:
        files = [each.path for each in dbutils.fs.ls("dbfs:/landing")]
    except Exception:
        return 0
    return sum(len(dbutils.fs.head(path).splitlines()) for path in files)`,
  `while True:
    dbutils.fs.put("dbfs:/gold", str(counted()), True)
    time.sleep(0.1)`,
);

/** The same stream as a batch: it counts once. */
export const countingOnce = counting
  .replace("while True:", "if True:")
  .replace("    time.sleep(0.1)", "    pass");

/** A notebook that adds lines to what has landed. */
export const producing = python(
  'dbutils.widgets.text("file", "1"); dbutils.widgets.text("lines", "1")',
  'dbutils.fs.put("dbfs:/landing/" + dbutils.widgets.get("file"), "x\\n" * int(dbutils.widgets.get("lines")), True)',
);

/** A notebook that passes if so many lines were counted. */
export const validating = python(
  'dbutils.widgets.text("expected", "0")',
  `found = dbutils.fs.head("dbfs:/gold")
assert found == dbutils.widgets.get("expected"), f"{found} lines, not {dbutils.widgets.get('expected')}"`,
);

export const cleaning = python('dbutils.fs.rm("dbfs:/landing", True)', 'dbutils.fs.rm("dbfs:/gold", True)');

const notebooks = {
  "stream.py": counting,
  "produce.py": producing,
  "validate.py": validating,
  "clean.py": cleaning,
};

/** Two iterations: one line, and then two more. */
export const definition = `name: Counting
cleanBefore: clean
job:
  notebook: stream
ready: { within: 60s, notebook: validate, parameters: { expected: 0 } }
iterations:
  - name: First line
    produce: { notebook: produce, parameters: { file: a, lines: 1 } }
    validate: { notebook: validate, parameters: { expected: 1 }, within: 30s }
  - name: Two more
    produce: { notebook: produce, parameters: { file: b, lines: 2 } }
    validate: { notebook: validate, parameters: { expected: 3 }, within: 30s }
cleanAfter: clean
`;

/** A streaming test as a step; options replace its files. */
export function streamingTest({
  files = {},
  ...options
}: { files?: Record<string, string | Buffer> } & TaskFixtureOptions = {}): Promise<TaskFixture> {
  return taskFixture("DatabricksRunStreamingTest", {
    hasCluster: true,
    notebooks: { "streaming.yml": definition, ...notebooks, ...files },
    ...options,
  });
}

/** The inputs of a step whose definition is in the notebook folder. */
export function inputsOf(step: TaskFixture, inputs: StepChanges["inputs"] = {}): StepChanges {
  return { inputs: { definition: `${step.notebookFolder}/streaming.yml`, ...inputs } };
}

/** The outcome of each phase by its name, as the Tests tab has them. */
export async function outcomes(result: StageResult): Promise<Record<string, string>> {
  const [file] = result.effects.testResults[0]!.files;
  const { cases } = readJUnit(await readFile(file!), { file: file! });
  return Object.fromEntries(cases.map(({ name, outcome }) => [name, outcome]));
}

/** Runs the post-job step, and asserts that nothing of the test is alive then. */
export async function assertNothingLeft(
  step: TaskFixture,
  result: StageResult,
  changes: StepChanges = {},
): Promise<StageResult> {
  const after = await step.cleanUp(result, { ...inputsOf(step), ...changes });
  assert.equal(after.result, "succeeded", after.log);
  const { runs, jobs, workspaceObjects, files = [], clusters } = step.ledger();
  const own = clusters.filter(({ name }) => name !== "existing");
  const uploaded = files.filter(({ name }) => name.includes("notebook-ops"));
  assert.deepEqual(
    { runs, jobs, workspaceObjects, uploaded, own },
    { runs: [], jobs: [], workspaceObjects: [], uploaded: [], own: [] },
  );
  return after;
}
