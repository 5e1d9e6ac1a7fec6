import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import type { StageResult } from "../../../local/agent/step-session.ts";
import { packArtifact } from "../../../shared/notebook/artifact/pack.ts";
import {
  type StepChanges,
  type TaskFixture,
  type TaskFixtureOptions,
  taskFixture,
} from "../../harness/task-fixture.ts";
import type { TestWorkspace } from "../../harness/workspace.ts";

export const target = "/Shared/production/weather";
export const notebook = (text: string) => `# Databricks notebook source\n${text}\n`;
const ipynb = (text: string) =>
  JSON.stringify({
    nbformat: 4,
    nbformat_minor: 5,
    metadata: { kept: "by the form" },
    cells: [{ cell_type: "code", metadata: {}, outputs: [], execution_count: null, source: [text] }],
  });
/** Where a deployment keeps the published bytes of an ipynb. */
const originalOf = (text: string) =>
  `.notebook-ops-originals/${createHash("sha256").update(text).digest("hex")}.original`;

export const first = {
  "etl.py": notebook("version = 1"),
  "same.py": notebook("same"),
  "lib/module.py": "value = 1\n",
  "old/gone.sql": "-- Databricks notebook source\nSELECT 1\n",
  "explore.ipynb": ipynb("1 + 1"),
};
export const second = {
  "etl.py": notebook("version = 2"),
  "same.py": notebook("same"),
  "lib/module.py": "value = 2\n",
  "new/added.py": notebook("added"),
  "explore.ipynb": ipynb("2 + 2"),
};
const firstObjects = [
  ".notebook-ops-originals",
  originalOf(first["explore.ipynb"]),
  "etl",
  "explore",
  "lib",
  "lib/module.py",
  "notebook-artifact.json",
  "notebook-ops-deployment.json",
  "old",
  "old/gone",
  "same",
];
export const secondObjects = [
  ".notebook-ops-originals",
  originalOf(second["explore.ipynb"]),
  "etl",
  "explore",
  "lib",
  "lib/module.py",
  "new",
  "new/added",
  "notebook-artifact.json",
  "notebook-ops-deployment.json",
  "same",
];

export const lockFile = `${target}.notebook-ops-lock`;
export const forbidden = {
  status: 403,
  body: { error_code: "PERMISSION_DENIED", message: "Not yours" },
};
/**
 * Numbers of write requests in a deployment of the second version over the first: 1 is the lock, 2 to 8 are the folder beside the target,
 * 9 is the record, and the switch begins with 10.
 */
export const inStaging = 4;
export const inSwitch = 16;

/** NotebookDeployArtifact with a workspace folder into which it deploys, and what a test asks about that folder. */
export class DeploymentSite implements AsyncDisposable {
  readonly #step: TaskFixture;

  private constructor(step: TaskFixture) {
    this.#step = step;
  }

  static async open(options: TaskFixtureOptions = {}): Promise<DeploymentSite> {
    const inputs = { environment: "production", workspaceFolder: target };
    return new DeploymentSite(await taskFixture("NotebookDeployArtifact", { ...options, inputs }));
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#step[Symbol.asyncDispose]();
  }

  get workspace(): TestWorkspace {
    return this.#step.workspace;
  }

  /** On this machine, for artifacts and for the agent's temporary files. */
  get folder(): string {
    return this.#step.tempFolder;
  }

  /** Packs an artifact of these files; returns its folder. */
  async artifact(version: string, files: Record<string, string>): Promise<string> {
    const source = path.join(this.folder, `source-${version}`);
    for (const [file, content] of Object.entries(files)) {
      await mkdir(path.dirname(path.join(source, file)), { recursive: true });
      await writeFile(path.join(source, file), content);
    }
    const out = path.join(this.folder, `artifact-${version}`);
    await packArtifact({ folder: source, out, name: "weather", version, source: {} });
    return out;
  }

  /** Publishes the files of `artifact(version)` to the feed weather. */
  publish(version: string): Promise<StageResult> {
    return this.#step.runTask("NotebookPublishArtifact", {
      inputs: {
        notebookFolder: path.join(this.folder, `source-${version}`),
        feed: "weather",
        packageName: "weather",
        packageVersion: version,
        widget: "",
      },
    });
  }

  run(artifactFolder: string, changes: StepChanges = {}): Promise<StageResult> {
    return this.#step.run({ ...changes, inputs: { artifactFolder, ...changes.inputs } });
  }

  /** Runs a deployment that has to succeed. */
  async deploy(artifactFolder: string): Promise<StageResult> {
    const result = await this.run(artifactFolder);
    assert.equal(result.result, "succeeded", result.log);
    return result;
  }

  postJob(after: StageResult, artifactFolder: string): Promise<StageResult> {
    return this.#step.cleanUp(after, { inputs: { artifactFolder } });
  }

  /**
   * Runs a deployment whose process gets a signal when the workspace has received its write request of this number.
   * @param request counted from 1: the lock is the first, then comes each object of the new version beside the target
   */
  runSignalled(artifactFolder: string, request: number, name: NodeJS.Signals): Promise<StageResult> {
    return this.run(artifactFolder, {
      environment: {
        NODE_OPTIONS: `--import=${path.join(import.meta.dirname, "../../reliability/declare-fault.mjs")}`,
        FAULT_CONTROL_URL: this.workspace.emulator.ready.controlUrl,
        FAULT: JSON.stringify({
          match: { path: "/workspace/(import|delete)$", nth: request },
          when: "after",
          then: { signal: { name } },
        }),
        PID_FILE: this.#pidFile,
      },
    });
  }

  /** Runs a deployment, stops its process at a write request, calls back, and lets the process go on. */
  async during(
    artifactFolder: string,
    request: number,
    callback: () => Promise<unknown>,
  ): Promise<StageResult> {
    const writes = () => this.workspace.requested(/\/workspace\/(import|delete)$/).length;
    const before = writes();
    const running = this.runSignalled(artifactFolder, request, "SIGSTOP");
    const ended = running.then(() => true);
    while (writes() < before + request)
      if (await Promise.race([ended, new Promise<false>((resolve) => setImmediate(resolve, false))]))
        return running; // it ended before that request, which the test's assertions show
    await callback();
    process.kill(Number(await readFile(this.#pidFile, "utf8")), "SIGCONT");
    return running;
  }

  get #pidFile(): string {
    return path.join(this.folder, "pid");
  }

  objects(): string[] {
    return this.workspace.emulator
      .ledger()
      .workspaceObjects.map((object) => object.name)
      .sort();
  }

  /** The objects of the target, by path within it. */
  targetObjects(): string[] {
    return this.objects().flatMap((name) =>
      name.startsWith(`${target}/`) ? [name.slice(target.length + 1)] : [],
    );
  }

  /** The objects beside the target: a lock, an unfinished folder. */
  objectsBeside(): string[] {
    return this.objects().filter((name) => name.startsWith(`${target}.`));
  }

  content(name: string, format = "AUTO"): Promise<string> {
    return this.read(`${target}/${name}`, format);
  }

  async read(name: string, format = "AUTO"): Promise<string> {
    const query = new URLSearchParams({ path: name, format });
    const answer = await this.#step.askDatabricks<{ content: string }>(
      "GET",
      `/api/2.0/workspace/export?${query}`,
    );
    return Buffer.from(answer.content, "base64").toString();
  }

  /** Writes a plain file, or over one. */
  put(name: string, text: string): Promise<unknown> {
    return this.#step.askDatabricks("POST", "/api/2.0/workspace/import", {
      path: name,
      format: "RAW",
      overwrite: true,
      content: Buffer.from(text).toString("base64"),
    });
  }

  /** Edits a Python notebook of the target, as a person does in the workspace. */
  edit(name: string, text: string): Promise<unknown> {
    return this.#step.askDatabricks("POST", "/api/2.0/workspace/import", {
      path: `${target}/${name}`,
      format: "SOURCE",
      language: "PYTHON",
      overwrite: true,
      content: Buffer.from(notebook(text)).toString("base64"),
    });
  }

  mkdirs(folder: string): Promise<unknown> {
    return this.#step.askDatabricks("POST", "/api/2.0/workspace/mkdirs", { path: folder });
  }

  delete(name: string): Promise<unknown> {
    return this.#step.askDatabricks("POST", "/api/2.0/workspace/delete", { path: name });
  }

  /** Replaces the lock by one of another build. */
  replaceLock(id = "other", startedOn = new Date()): Promise<unknown> {
    const lock = { id, build: "build 344", startedOn: startedOn.toISOString() };
    return this.put(`${target}.notebook-ops-lock`, JSON.stringify(lock));
  }

  async record() {
    return JSON.parse(await this.content("notebook-ops-deployment.json"));
  }

  async assertFirst(): Promise<void> {
    assert.deepEqual(this.targetObjects(), firstObjects);
    assert.deepEqual(this.objectsBeside(), []);
    assert.equal(await this.content("etl"), first["etl.py"]);
    assert.equal(await this.content("lib/module.py"), first["lib/module.py"]);
    assert.equal(await this.content("explore", "JUPYTER"), first["explore.ipynb"]);
    const { state, artifact } = await this.record();
    assert.deepEqual([state, artifact.version], ["deployed", "1.0.0"]);
  }
}
