import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import type { StageResult } from "../../../local/agent/step-session.ts";
import { universalPackages } from "../../harness/azure-devops-api.ts";
import { type TaskFixture, type TaskFixtureOptions, taskFixture } from "../../harness/task-fixture.ts";

export const feed = "weather-notebooks";
export const etl = '# Databricks notebook source\ndbutils.widgets.text("package_version", "0.0.0")\n';

/** NotebookPublishArtifact with a notebook, a module and an empty feed in the local organisation. */
export function publishArtifact(options: TaskFixtureOptions = {}): Promise<TaskFixture> {
  return taskFixture("NotebookPublishArtifact", {
    workspace: { feeds: [feed] },
    inLocalOrganisation: true,
    notebooks: { "etl.py": etl, "lib/module.py": "value = 1\n" },
    inputs: { feed, packageName: "weather", packageVersion: "1.0.0" },
    variables: {
      "Build.Repository.Uri": "https://dev.azure.com/contoso/weather/_git/weather",
      "Build.SourceVersion": "0123456789abcdef0123456789abcdef01234567",
      "Build.SourceBranch": "refs/tags/v1.0.0",
    },
    ...options,
  });
}

/** The packages of the feed, as `name version`. */
export const published = (step: TaskFixture) => universalPackages(step.workspace, feed);

/** Deploys the published package, as a later stage of the pipeline does. */
export async function download(step: TaskFixture): Promise<StageResult> {
  const result = await step.runTask("NotebookDeployArtifact", {
    inputs: {
      feed,
      packageName: "weather",
      packageVersion: "1.0.0",
      environment: "production",
      workspaceFolder: "/Shared/weather",
    },
  });
  assert.equal(result.result, "succeeded", result.log);
  return result;
}

export async function deployedNotebook(step: TaskFixture): Promise<string> {
  const { content } = await step.askDatabricks<{ content: string }>(
    "GET",
    "/api/2.0/workspace/export?path=/Shared/weather/etl&format=SOURCE",
  );
  return Buffer.from(content, "base64").toString();
}

/** What the step has left of its pinned copy or of a download in the agent's temporary folder. */
export function leftInTemp(step: TaskFixture): string[] {
  return readdirSync(step.tempFolder).filter((name) => /^notebook-ops-(publish|download)-/.test(name));
}

/** Writes a shell script in place of ArtifactTool; returns its folder, for UPack.OverrideArtifactToolPath. */
export async function ownTool(step: TaskFixture, script: string): Promise<string> {
  const folder = path.join(step.tempFolder, "own");
  await mkdir(folder);
  await writeFile(path.join(folder, "artifacttool"), script, { mode: 0o755 });
  return folder;
}
