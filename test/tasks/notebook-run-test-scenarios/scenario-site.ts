import assert from "node:assert/strict";
import { mkdir, mkdtemp, writeFile } from "node:fs/promises";
import path from "node:path";
import type { StageResult } from "../../../local/agent/step-session.ts";
import { packArtifact } from "../../../shared/notebook/artifact/pack.ts";
import type { StatusRecord } from "../../../shared/results/status-record.ts";
import { parseStatusRecord } from "../../../shared/results/status-record-reader.ts";
import { type TaskFixture, type TaskFixtureOptions, taskFixture } from "../../harness/task-fixture.ts";
import { attached } from "../databricks-run-notebook/run-notebook.ts";

export const target = "/Shared/qa/weather";
export const statusTag = "notebook-ops.test-status_qa_weather_1.0.0";
export const passedTag = "notebook-ops.test-passed_qa_weather_1.0.0";

/** NotebookRunTestScenarios in a build that has deployed these files as version 1.0.0 of weather for the environment qa. */
export async function deployedScenarios(
  files: Record<string, string>,
  options: TaskFixtureOptions = {},
): Promise<TaskFixture> {
  const step = await taskFixture("NotebookRunTestScenarios", {
    hasCluster: true,
    isBuild: true,
    ...options,
    inputs: { environment: "qa", workspaceFolder: target, ...options.inputs },
  });
  try {
    await deploy(step, "1.0.0", files);
  } catch (error) {
    await step[Symbol.asyncDispose]();
    throw error;
  }
  return step;
}

/** Deploys files as a version of weather. */
export async function deploy(
  step: TaskFixture,
  version: string,
  files: Record<string, string>,
): Promise<StageResult> {
  const folder = await mkdtemp(path.join(step.tempFolder, "deploy-"));
  const source = path.join(folder, "source");
  const out = path.join(folder, "artifact");
  for (const [file, content] of Object.entries(files)) {
    await mkdir(path.dirname(path.join(source, file)), { recursive: true });
    await writeFile(path.join(source, file), content);
  }
  await packArtifact({ folder: source, out, name: "weather", version, source: {} });
  const result = await step.runTask("NotebookDeployArtifact", {
    tempFolder: folder, // that of another job, because the step under test may be running
    inputs: { artifactFolder: out, environment: "qa", workspaceFolder: target },
  });
  assert.equal(result.result, "succeeded", result.log);
  return result;
}

/** Replaces a notebook of the deployed folder, as a person does in the workspace. */
export function edit(step: TaskFixture, name: string, source: string): Promise<unknown> {
  return step.askDatabricks("POST", "/api/2.0/workspace/import", {
    path: `${target}/${name}`,
    format: "SOURCE",
    language: "PYTHON",
    content: Buffer.from(source).toString("base64"),
    overwrite: true,
  });
}

/** The only status record that the step attached. */
export async function recordOf(result: StageResult): Promise<StatusRecord> {
  return parseStatusRecord(await attached(result, "notebook-ops.test-status"), "the record");
}

/** The tags of the build that say something about tests. */
export function testTags(step: TaskFixture): string[] {
  return step
    .buildTags()
    .filter((tag) => tag.startsWith("notebook-ops.test"))
    .sort();
}

/** A notebook that fails the first time and exits the second time, by a file that it leaves in its work folder. */
export function failsFirst(folder: string, failures = 1): string {
  return [
    "# Databricks notebook source",
    `import os
folder = ${JSON.stringify(folder)}
count = len(os.listdir(folder))
open(os.path.join(folder, str(count)), "w").close()
if count < ${failures}:
  raise ValueError(f"attempt {count + 1} met frost")`,
    `dbutils.notebook.exit("thawed")`,
  ].join("\n# COMMAND ----------\n");
}

export function output(result: StageResult, name: string): string | undefined {
  return result.variables[`step.${name}`];
}
