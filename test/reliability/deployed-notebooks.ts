import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { gzipSync } from "node:zlib";
import { askFabric } from "../harness/fabric-api.ts";
import type { TestWorkspace } from "../harness/workspace.ts";
import type { Products } from "./job.ts";

const recordName = "notebook-ops-deployment-weather";

/** The code of each version's notebooks by file: from one to the other a notebook is changed, one added and one removed. */
export const codes: Record<"1.0.0" | "2.0.0", Record<string, string>> = {
  "1.0.0": { "etl.py": "version = 1", "gone.py": "old" },
  "2.0.0": { "etl.py": "version = 2", "new.py": "new" },
};

export const sourceOf = (code: string) => `# Databricks notebook source\n${code}\n`;

/** What is in the workspace when exactly that version is deployed, and nothing beside it. */
export function expectedNotebooks(version: keyof typeof codes): Products {
  const notebooks = Object.entries(codes[version]).map(([file, code]) => [file.replace(/\.py$/, ""), code]);
  return { ...Object.fromEntries(notebooks), [recordName]: `deployed ${version}` };
}

interface Item {
  id: string;
  displayName: string;
}

export async function workspaceIdOf(workspace: TestWorkspace): Promise<string> {
  const { value } = await askFabric<{ value: Item[] }>(workspace, "GET", "/workspaces");
  return value[0]!.id;
}

/** What is in the workspace, by the notebook's name: its code, or which version a record names. */
export async function observeNotebooks(workspace: TestWorkspace): Promise<Products> {
  const products: Products = {};
  for (const { id, displayName } of await notebooks(workspace)) {
    const path = `${await itemsPath(workspace)}/${id}/getDefinition?format=ipynb`;
    const { definition } = await askFabric<{ definition: { parts: { payload: string }[] } }>(
      workspace,
      "POST",
      path,
    );
    const { cells } = JSON.parse(Buffer.from(definition.parts[0]!.payload, "base64").toString());
    const text = (cells as { source: string[] }[]).map(({ source }) => [source].flat().join("")).join("\n");
    products[displayName] = displayName === recordName ? shown(text) : text;
  }
  return products;
}

function shown(text: string): string {
  const json = /```notebook-ops-record\n([\s\S]*?)\n```/.exec(text)?.[1];
  if (json === undefined) return text;
  const { state, artifact } = JSON.parse(json);
  return `${state} ${artifact.version}`;
}

/** Deploys a version as an earlier release of the extension has left it, without asking the code under test. */
export async function putNotebooks(
  workspace: TestWorkspace,
  version: keyof typeof codes,
  manifest: string,
): Promise<void> {
  const objects = [];
  for (const [file, code] of Object.entries(codes[version])) {
    const path = file.replace(/\.py$/, "");
    await create(workspace, path, { cell_type: "code", text: code });
    const { id: itemId } = (await notebooks(workspace)).find(({ displayName }) => displayName === path)!;
    const sha256 = createHash("sha256").update(sourceOf(code)).digest("hex");
    objects.push({ path, file, sha256, itemId });
  }
  const record = {
    schema: "notebook-ops/deployment/1",
    state: "deployed",
    environment: "production",
    workspaceFolder: `fabric://${await workspaceIdOf(workspace)}/weather`,
    artifact: { name: "weather", version, digest: (JSON.parse(manifest) as { digest: string }).digest },
    deployedOn: "2025-01-01T00:00:00.000Z",
    objects,
  };
  const files = Object.entries(codes[version]).map(([path, code]) => ({
    path,
    base64: Buffer.from(sourceOf(code)).toString("base64"),
  }));
  const blocks = {
    record: JSON.stringify(record),
    manifest: manifest.trimEnd(),
    files: gzipSync(JSON.stringify(files)).toString("base64"),
  };
  const text = Object.entries(blocks).map(([name, block]) => `\`\`\`notebook-ops-${name}\n${block}\n\`\`\``);
  await create(workspace, recordName, { cell_type: "markdown", text: text.join("\n") });
  assert.deepEqual(await observeNotebooks(workspace), expectedNotebooks(version));
}

async function create(
  workspace: TestWorkspace,
  displayName: string,
  { cell_type, text }: { cell_type: string; text: string },
): Promise<void> {
  const cell = { cell_type, metadata: {}, source: [text] };
  const cells = [cell_type === "code" ? { ...cell, outputs: [], execution_count: null } : cell];
  const notebook = { nbformat: 4, nbformat_minor: 5, metadata: {}, cells };
  const payload = Buffer.from(JSON.stringify(notebook)).toString("base64");
  const parts = [{ path: "notebook-content.ipynb", payload, payloadType: "InlineBase64" }];
  await askFabric(workspace, "POST", await itemsPath(workspace), {
    type: "Notebook",
    displayName,
    description: "Deployed by notebook-ops: weather",
    definition: { format: "ipynb", parts },
  });
}

export async function clearNotebooks(workspace: TestWorkspace): Promise<void> {
  for (const { id } of await notebooks(workspace))
    await askFabric(workspace, "DELETE", `${await itemsPath(workspace)}/${id}`);
}

async function notebooks(workspace: TestWorkspace): Promise<Item[]> {
  const path = `${await itemsPath(workspace)}?type=Notebook`;
  return (await askFabric<{ value: Item[] }>(workspace, "GET", path)).value;
}

async function itemsPath(workspace: TestWorkspace): Promise<string> {
  return `/workspaces/${await workspaceIdOf(workspace)}/items`;
}
