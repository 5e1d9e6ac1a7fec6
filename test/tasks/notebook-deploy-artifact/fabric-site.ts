import assert from "node:assert/strict";
import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import type { StageResult } from "../../../local/agent/step-session.ts";
import type { WorkspaceConfig } from "../../../local/emulator/config.ts";
import { packArtifact } from "../../../shared/notebook/artifact/pack.ts";
import { askFabric } from "../../harness/fabric-api.ts";
import { type StepChanges, type TaskFixture, taskFixture } from "../../harness/task-fixture.ts";
import type { TestWorkspace } from "../../harness/workspace.ts";
import { notebook } from "./deployment-site.ts";

export const workspaceId = "5d1e7a52-8d2c-4c0e-9f6b-1a2b3c4d5e6f";
export const recordName = "notebook-ops-deployment-weather";
export const deployedPath = `fabric://${workspaceId}/weather`;

const fabricSource = (text: string) =>
  `# Fabric notebook source\n\n# METADATA ********************\n\n# META {\n# META   "kernel_info": {\n# META     "name": "synapse_pyspark"\n# META   }\n# META }\n\n# CELL ********************\n\n${text}\n`;

/** From the first to the second version `etl` changes, `gone` is removed and `added` is added. */
export const first = {
  "etl.py": notebook("version = 1"),
  "jobs/same.py": notebook("%run ../etl"),
  "gone.py": notebook("old"),
  "native.Notebook/notebook-content.py": fabricSource("native = 1"),
  "lib/module.py": "value = 1\n",
};
export const second = {
  "etl.py": notebook("version = 2"),
  "jobs/same.py": notebook("%run ../etl"),
  "added.py": notebook("new"),
  "native.Notebook/notebook-content.py": fabricSource("native = 2"),
  "lib/module.py": "value = 1\n",
};
export const firstNotebooks = {
  etl: "version = 1",
  gone: "old",
  native: "native = 1",
  same: "%run etl",
};
export const secondNotebooks = {
  added: "new",
  etl: "version = 2",
  native: "native = 2",
  same: "%run etl",
};

interface Notebook {
  id: string;
  displayName: string;
  description: string;
}

/** NotebookDeployArtifact with a Fabric workspace to which it deploys, and what a test asks about that workspace. */
export class FabricSite implements AsyncDisposable {
  readonly step: TaskFixture;

  private constructor(step: TaskFixture) {
    this.step = step;
  }

  static async open(fabric: WorkspaceConfig["fabric"] = {}): Promise<FabricSite> {
    const workspaces = [{ name: "Weather", id: workspaceId, lakehouses: ["local"] }];
    const workspace = { fabric: { retryAfterSeconds: 0, workspaces, ...fabric } };
    const inputs = { environment: "production", fabricWorkspace: "Weather" };
    return new FabricSite(await taskFixture("NotebookDeployArtifact", { workspace, inputs }));
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.step[Symbol.asyncDispose]();
  }

  get workspace(): TestWorkspace {
    return this.step.workspace;
  }

  /** Packs an artifact of these files; returns its folder. */
  async artifact(version: string, files: Record<string, string>): Promise<string> {
    const source = path.join(this.step.tempFolder, `source-${version}`);
    for (const [file, content] of Object.entries(files)) {
      await mkdir(path.dirname(path.join(source, file)), { recursive: true });
      await writeFile(path.join(source, file), content);
    }
    const out = path.join(this.step.tempFolder, `artifact-${version}`);
    await packArtifact({ folder: source, out, name: "weather", version, source: {} });
    return out;
  }

  run(artifactFolder: string, changes: StepChanges = {}): Promise<StageResult> {
    return this.step.run({ ...changes, inputs: { artifactFolder, ...changes.inputs } });
  }

  /** Runs a deployment that has to succeed. */
  async deploy(artifactFolder: string): Promise<StageResult> {
    const result = await this.run(artifactFolder);
    assert.equal(result.result, "succeeded", result.log);
    return result;
  }

  /** Runs the post-job step, which has to succeed. */
  async cleanUp(after: StageResult, artifactFolder: string): Promise<StageResult> {
    const result = await this.step.cleanUp(after, { inputs: { artifactFolder } });
    assert.equal(result.result, "succeeded", result.log);
    return result;
  }

  /** Runs a deployment whose process gets a signal when Fabric has received its update or creation of this number, from 1. */
  runSignalled(artifactFolder: string, request: number, name: NodeJS.Signals): Promise<StageResult> {
    return this.run(artifactFolder, {
      environment: {
        NODE_OPTIONS: `--import=${path.join(import.meta.dirname, "../../reliability/declare-fault.mjs")}`,
        FAULT_CONTROL_URL: this.workspace.emulator.ready.controlUrl,
        FAULT: JSON.stringify({
          match: {
            service: "fabric",
            method: "POST",
            path: "/items(/[^/]+/updateDefinition)?$",
            nth: request,
          },
          when: "after",
          then: { signal: { name } },
        }),
        PID_FILE: path.join(this.step.tempFolder, "pid"),
      },
    });
  }

  ask<T>(method: string, path: string, body?: unknown): Promise<T> {
    return askFabric(this.workspace, method, `/workspaces/${workspaceId}${path}`, body);
  }

  /** The requests that create, update or delete an item. */
  writes(): string[] {
    return this.workspace.emulator
      .requests()
      .filter(({ method, path }) => ["POST", "DELETE", "PATCH"].includes(method) && writes.test(path))
      .map(({ method, path }) => `${method} ${path}`);
  }

  async items(): Promise<Notebook[]> {
    const { value } = await this.ask<{ value: Notebook[] }>("GET", "/items?type=Notebook");
    return value.sort((a, b) => (a.displayName < b.displayName ? -1 : 1));
  }

  async item(name: string): Promise<Notebook> {
    const found = (await this.items()).find(({ displayName }) => displayName === name);
    assert.ok(found, `the workspace has no notebook ${name}`);
    return found;
  }

  async ipynb({ id }: Notebook): Promise<{
    metadata: { dependencies?: object };
    cells: { cell_type: string; source: string | string[] }[];
  }> {
    const { definition } = await this.ask<{ definition: { parts: { path: string; payload: string }[] } }>(
      "POST",
      `/items/${id}/getDefinition?format=ipynb`,
    );
    const part = definition.parts.find((each) => each.path !== ".platform");
    return JSON.parse(Buffer.from(part!.payload, "base64").toString());
  }

  /** The code of each notebook except for the record. */
  async notebooks(): Promise<Record<string, string>> {
    const texts: Record<string, string> = {};
    for (const item of await this.items())
      if (item.displayName !== recordName) texts[item.displayName] = textOf(await this.ipynb(item));
    return texts;
  }

  async record() {
    const text = textOf(await this.ipynb(await this.item(recordName)));
    return JSON.parse(/```notebook-ops-record\n([\s\S]*?)\n```/.exec(text)![1]!);
  }

  async assertFirst(): Promise<void> {
    assert.deepEqual(await this.notebooks(), firstNotebooks);
    await this.assertRecorded("1.0.0");
  }

  async assertSecond(): Promise<void> {
    assert.deepEqual(await this.notebooks(), secondNotebooks);
    await this.assertRecorded("2.0.0");
  }

  async assertRecorded(version: string): Promise<void> {
    const { state, artifact, objects } = await this.record();
    assert.deepEqual([state, artifact.version], ["deployed", version]);
    const items = new Map((await this.items()).map(({ displayName, id }) => [displayName, id]));
    for (const { path: name, itemId } of objects) assert.equal(items.get(name), itemId);
  }

  /** Creates a notebook, as a person does, or another deployment its lock. */
  create(displayName: string, description = ""): Promise<Notebook> {
    return this.ask("POST", "/items", { type: "Notebook", displayName, description });
  }

  /** Replaces the code of a notebook, and what it depends on, as a person does in the portal. */
  async edit(name: string, text: string, dependencies = {}): Promise<void> {
    const { id } = await this.item(name);
    const content = {
      nbformat: 4,
      nbformat_minor: 5,
      metadata: { dependencies },
      cells: [{ cell_type: "code", metadata: {}, outputs: [], execution_count: null, source: [text] }],
    };
    const payload = Buffer.from(JSON.stringify(content)).toString("base64");
    const parts = [{ path: "notebook-content.ipynb", payload, payloadType: "InlineBase64" }];
    await this.ask("POST", `/items/${id}/updateDefinition`, { definition: { format: "ipynb", parts } });
  }
}

const writes = /\/items(\/[^/]+(\/updateDefinition)?)?$/;

function textOf({ cells }: { cells: { source: string | string[] }[] }): string {
  return cells.map(({ source }) => [source].flat().join("")).join("\n");
}
