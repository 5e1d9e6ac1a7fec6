import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import path from "node:path";
import { askDatabricks } from "../harness/databricks-api.ts";
import type { TestWorkspace } from "../harness/workspace.ts";
import type { Products } from "./job.ts";

export const target = "/Shared/production/weather";
const above = path.posix.dirname(target);
const recordFile = "notebook-ops-deployment.json";

/** The files of each version by path: from one to the other a file is changed, one added and one removed. */
export const sources: Record<"1.0.0" | "2.0.0", Record<string, string>> = {
  "1.0.0": { "etl.py": notebook("version = 1"), "lib/module.py": "value = 1\n", "gone.py": notebook("old") },
  "2.0.0": {
    "etl.py": notebook("version = 2"),
    "lib/module.py": "value = 2\n",
    "added/new.py": notebook("new"),
  },
};

/** What is in the workspace when exactly that version is deployed, and nothing beside it; without one, nothing. */
export function expectedObjects(version?: keyof typeof sources): Products {
  if (version === undefined) return {};
  const files = Object.entries(sources[version]);
  const folders = files
    .map(([file]) => path.posix.dirname(`${target}/${file}`))
    .filter((folder) => folder !== target);
  return {
    ...Object.fromEntries([above, target, ...folders].map((folder) => [folder, "a folder"])),
    ...Object.fromEntries(files.map(([file, text]) => [objectOf(file, text), text])),
    [`${target}/notebook-artifact.json`]: `weather ${version}`,
    [`${target}/${recordFile}`]: `deployed ${version}`,
  };
}

/** What is in the workspace, by its path: the text of a notebook or file, and which version a record names. */
export async function observeObjects(workspace: TestWorkspace): Promise<Products> {
  const objects: Products = {};
  for (const { name } of workspace.emulator.ledger().workspaceObjects) {
    const query = new URLSearchParams({ path: name });
    const { object_type } = await askDatabricks<{ object_type: string }>(
      workspace,
      "GET",
      `/api/2.0/workspace/get-status?${query}`,
    );
    objects[name] = object_type === "DIRECTORY" ? "a folder" : shown(name, await read(workspace, name));
  }
  return objects;
}

/** Deploys a version as an earlier release of the extension has left it, without asking the code under test. */
export async function putVersion(
  workspace: TestWorkspace,
  version: keyof typeof sources,
  manifest: string,
): Promise<void> {
  await putDeployment(workspace, { files: sources[version], version, manifest });
  assert.deepEqual(await observeObjects(workspace), expectedObjects(version));
}

/** Writes the objects of a deployment, without asking the code under test. */
export async function putDeployment(
  workspace: TestWorkspace,
  { files, version, manifest }: { files: Record<string, string>; version: string; manifest: string },
): Promise<void> {
  const texts = { ...files, "notebook-artifact.json": manifest };
  const objects = Object.entries(texts).map(([file, text]) => ({
    path: objectOf(file, text).slice(target.length + 1),
    file,
    sha256: createHash("sha256").update(text).digest("hex"),
  }));
  const record = {
    schema: "notebook-ops/deployment/1",
    state: "deployed",
    environment: "production",
    workspaceFolder: target,
    artifact: { name: "weather", version, digest: (JSON.parse(manifest) as { digest: string }).digest },
    deployedOn: "2025-01-01T00:00:00.000Z",
    objects,
  };
  for (const [file, text] of Object.entries({ ...texts, [recordFile]: JSON.stringify(record) })) {
    const name = objectOf(file, text);
    await askDatabricks(workspace, "POST", "/api/2.0/workspace/mkdirs", { path: path.posix.dirname(name) });
    await askDatabricks(workspace, "POST", "/api/2.0/workspace/import", {
      path: name,
      ...(isNotebook(text) ? { format: "SOURCE", language: "PYTHON" } : { format: "RAW" }),
      content: Buffer.from(text).toString("base64"),
    });
  }
}

export async function clearFolder(workspace: TestWorkspace): Promise<void> {
  await askDatabricks(workspace, "POST", "/api/2.0/workspace/delete", { path: above, recursive: true });
}

function notebook(text: string): string {
  return `# Databricks notebook source\n${text}\n`;
}

const isNotebook = (text: string) => text.startsWith("# Databricks notebook source");
const objectOf = (file: string, text: string) =>
  `${target}/${isNotebook(text) ? file.replace(/\.py$/, "") : file}`;

async function read(workspace: TestWorkspace, name: string): Promise<string> {
  const query = new URLSearchParams({ path: name, format: "AUTO" });
  const { content } = await askDatabricks<{ content: string }>(
    workspace,
    "GET",
    `/api/2.0/workspace/export?${query}`,
  );
  return Buffer.from(content, "base64").toString();
}

function shown(name: string, text: string): string {
  if (name === `${target}/${recordFile}`) {
    const { state, artifact } = JSON.parse(text);
    return `${state} ${artifact.version}`;
  }
  if (name !== `${target}/notebook-artifact.json`) return text;
  const manifest = JSON.parse(text);
  return `weather ${manifest.version}`;
}
