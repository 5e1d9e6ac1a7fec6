import { readFileSync } from "node:fs";
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import type { StageResult } from "../../local/agent/step-session.ts";
import type { TaskManifest, TaskStage } from "../../local/agent/task/task-manifest.ts";
import { projectId, projectName } from "../../local/emulator/azure-devops/urls.ts";
import type { WorkspaceConfig } from "../../local/emulator/config.ts";
import { packArtifact } from "../../shared/notebook/artifact/pack.ts";
import { existingCluster } from "../harness/databricks-api.ts";
import { type RunTaskOptions, runTask, taskFolder } from "../harness/run-task.ts";
import { startBuild, startWorkspace, type TestWorkspace } from "../harness/workspace.ts";
import { problemsOf } from "./judge.ts";
import { asOneText, type HostileText, hostileCorpus, hostileNames } from "./texts.ts";

const tasksFolder = path.resolve(import.meta.dirname, "../../tasks");
const recorder = path.join(import.meta.dirname, "record-files.mjs");

/** A secret whose characters each encoding writes differently. */
export const secretValue = `p@ss "w<ö>rd' & \\1%+/${"x".repeat(8)}`;

export async function taskNames(): Promise<string[]> {
  return (await readdir(tasksFolder)).sort();
}

/** The digest in the test status of the run that the job belongs to. */
const testedDigest = `sha256:${"0a".repeat(32)}`;

/** The input workspaceFolder. */
const workspaceFolder = "/Shared/hostile/notebooks";

/** One attempt on a task: its differences from a run without faults. */
export interface Attempt {
  name: string;
  options?: Partial<RunTaskOptions>;
  prepare?: (stage: HostileStage) => Promise<void>;
}

type HostileManifest = TaskManifest & {
  inputs?: { name: string; type: string; defaultValue?: string; required?: boolean }[];
};

/** A workspace, folders with every file that a task may be given, and the texts: made once, for all attempts on a task. */
export class HostileStage implements AsyncDisposable {
  attempts = 0;

  readonly task: string;
  readonly manifest: HostileManifest;
  readonly outputs: readonly string[];
  readonly workspace: TestWorkspace;
  /** The run's own. */
  readonly folder: string;
  /** Contains `canary`, which no step may touch. */
  readonly outside: string;
  readonly corpus: readonly HostileText[];
  readonly clusterId: string;

  private constructor(
    task: string,
    manifest: HostileManifest,
    outputs: readonly string[],
    workspace: TestWorkspace,
    folder: string,
    outside: string,
    corpus: readonly HostileText[],
    clusterId: string,
  ) {
    this.task = task;
    this.manifest = manifest;
    this.outputs = outputs;
    this.workspace = workspace;
    this.folder = folder;
    this.outside = outside;
    this.corpus = corpus;
    this.clusterId = clusterId;
  }

  static async open(task: string, config: WorkspaceConfig = {}): Promise<HostileStage> {
    const root = await mkdtemp(path.join(os.tmpdir(), "notebook-ops-hostile-"));
    const [folder, outside] = [path.join(root, "own"), path.join(root, "outside")];
    await mkdir(folder);
    await mkdir(outside);
    const canary = path.join(outside, "canary");
    await writeFile(canary, "canary");
    const workspace = await startWorkspace({
      feeds: ["weather"],
      databricks: { clusterStartSeconds: 0 },
      keyVault: { secrets: { password: secretValue } },
      fabric: { workspaces: [{ name: "local", lakehouses: ["local"], environments: ["qa"] }] },
      devops: {
        pullRequests: [
          {
            id: 7,
            repository: "weather",
            title: "x",
            sourceBranch: "refs/heads/x",
            targetBranch: "refs/heads/main",
          },
        ],
      },
      ...config,
    });
    startBuild(workspace);
    attachTestStatus(workspace, (name) => name);
    workspace.emulator.keepSecret(secretValue); // as the command does with each secret variable
    const manifest = JSON.parse(readFileSync(path.resolve(tasksFolder, task, "task.json"), "utf8"));
    const outputs = await readFile(path.resolve(tasksFolder, task, "outputs.json"), "utf8")
      .then((text) => (JSON.parse(text) as { name: string }[]).map(({ name }) => name))
      .catch((): string[] => []);
    const corpus = hostileCorpus({ canary, secret: secretValue });
    const clusterId = await existingCluster(workspace);
    const stage = new HostileStage(task, manifest, outputs, workspace, folder, outside, corpus, clusterId);
    await stage.#writeFiles();
    if (stage.#testsDeployment) await stage.deploy(stage.file("artifact"), workspaceFolder);
    return stage;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.workspace[Symbol.asyncDispose]();
    await rm(path.dirname(this.folder), { recursive: true, force: true });
  }

  /** Whether the task needs a deployment in its workspaceFolder. */
  get #testsDeployment(): boolean {
    const named = (this.manifest.inputs ?? []).map(({ name }) => name);
    return ["environment", "workspaceFolder", "scenarios"].every((name) => named.includes(name));
  }

  /** Deploys an artifact to a folder of the workspace. */
  async deploy(artifactFolder: string, folder: string): Promise<void> {
    const { result, log } = await runTask({
      task: "NotebookDeployArtifact",
      workspace: this.workspace,
      tempFolder: this.file("temp"),
      secretVariables: { BearerToken: this.workspace.emulator.ready.databricksToken },
      inputs: { artifactFolder, environment: "qa", workspaceFolder: folder },
    });
    if (result !== "succeeded") throw new Error(log);
  }

  file(...parts: string[]): string {
    return path.join(this.folder, ...parts);
  }

  /** All texts, each time in another order, because a text that is cut shows only the first of them. */
  text(): string {
    const start = (this.attempts * 7) % this.corpus.length;
    return asOneText([...this.corpus.slice(start), ...this.corpus.slice(0, start)]);
  }

  names(): string[] {
    return hostileNames({ secret: secretValue });
  }

  /** Runs the task's stages as the agent does; returns their results and problems. */
  async try({ options = {}, prepare }: Attempt): Promise<{ problems: string[]; results: StageResult[] }> {
    this.attempts++;
    // An attempt with a broken artifact must not end the ones after it before they have begun.
    await cp(this.file("packed"), this.file("artifact"), { recursive: true });
    await prepare?.(this);
    const main = await this.#run("main", options);
    const results = [main];
    if (this.manifest.postjobexecution)
      results.push(await this.#run("postjob", { ...options, taskVariables: main.result.taskVariables }));
    await fetch(`${this.workspace.emulator.ready.controlUrl}/faults`, { method: "DELETE" });
    return {
      problems: results.flatMap(({ problems }) => problems),
      results: results.map(({ result }) => result),
    };
  }

  async #run(stage: TaskStage, options: Partial<RunTaskOptions>) {
    const { workspace, folder, outside } = this;
    const list = this.file(`opened-${this.attempts}-${stage}.jsonl`);
    await writeFile(list, "");
    const secretVariables = {
      dbpw: secretValue,
      BearerToken: workspace.emulator.ready.databricksToken,
      ...options.secretVariables,
    };
    const result = await runTask({
      task: this.task,
      workspace,
      stage,
      tempFolder: this.file("temp"),
      sourcesFolder: this.file("sources"),
      ...options,
      secretVariables,
      variables: { ...this.#variables(), ...options.variables },
      inputs: { ...this.#inputs(), ...options.inputs },
      environment: {
        NODE_OPTIONS: `--import=${recorder}`,
        NOTEBOOK_OPS_FILES_OPENED: list,
        ...options.environment,
      },
    });
    const opened = (await readFile(list, "utf8")).split("\n").filter(Boolean);
    const known = [...workspace.secrets, ...Object.values(secretVariables)];
    const run = {
      result,
      workspace,
      secrets: [...new Set(known)].filter((secret) => secret.length >= 6),
      outputs: this.outputs.map((name) => (/^<.*>$/.test(name) ? "*" : name)),
      own: [folder],
      readable: [await taskFolder(this.task), path.dirname(workspace.emulator.ready.caFile)],
      outside,
      opened: opened.map((line) => JSON.parse(line)),
    };
    return { result, problems: problemsOf(run).map((problem) => `${stage}: ${problem}`) };
  }

  /** The value of each input in a run without faults, by its name, which means the same in every task. */
  #inputs(): Record<string, string> {
    const given: Record<string, string> = {
      azureSubscription: "azure",
      fabricConnection: "azure",
      workspace: "local",
      lakehouse: "local",
      keyVault: this.workspace.variables.KEY_VAULT!,
      template: this.file("cluster-config.json"),
      clusterConfig: this.file("cluster-config.json"),
      clusterId: this.clusterId,
      notebookFolder: this.file("sources", "notebooks"),
      projectFolder: this.file("sources", "project"),
      parameters: "pw=$(dbpw)",
      artifactFolder: this.file("artifact"),
      packageName: "weather",
      packageVersion: "1.0.0",
      artifactDigest: testedDigest,
      environment: "qa",
      workspaceFolder,
      scenarios: "**",
      definition: this.file("sources", "streaming.yml"),
      mode: "batch", // the notebook ends by itself
      timeoutMinutes: "1",
      pullRequestComment: "always",
      serverless: "true",
    };
    const named = (this.manifest.inputs ?? []).map(({ name }) => name);
    // An input that this table does not know, of a new task: ids are numbers as often as names.
    for (const { name, required, defaultValue } of this.manifest.inputs ?? [])
      if (required && !defaultValue) given[name] ??= "1";
    // A task that accepts a folder or a feed accepts only one of them.
    if (!named.includes("artifactFolder")) given.feed = "weather";
    if (named.includes("serverless")) delete given.clusterConfig;
    return Object.fromEntries(Object.entries(given).filter(([name]) => named.includes(name)));
  }

  #variables(): Record<string, string> {
    return {
      "System.CollectionUri": `${this.workspace.emulator.azureDevOps.collectionUrl}/`,
      "System.TeamProject": projectName,
      "System.CollectionId": "00000000-0000-4000-8000-000000000002",
      "System.TeamProjectId": projectId,
      "System.DefinitionName": "weather",
      "System.TaskInstanceName": "Step",
      "Agent.ToolsDirectory": this.file("tools"),
      "Build.Reason": "PullRequest",
      "Build.Repository.Provider": "TfsGit",
      "Build.Repository.ID": "weather",
      "Build.Repository.Name": "weather",
      "System.PullRequest.PullRequestId": "7",
      "System.Debug": "true",
    };
  }

  async #writeFiles(): Promise<void> {
    await mkdir(this.file("temp"));
    await mkdir(this.file("sources", "notebooks"), { recursive: true });
    await writeFile(
      this.file("sources", "notebooks", "etl.py"),
      this.task === "FabricRunNotebook"
        ? '# Fabric notebook source\n\n# PARAMETERS CELL ********************\n\npackage_version = "0"\n\n# CELL ********************\n\nnotebookutils.notebook.exit("ok")\n'
        : '# Databricks notebook source\ndbutils.widgets.text("package_version", "0")\ndbutils.notebook.exit("ok")\n',
    );
    await writeFile(
      this.file("sources", "streaming.yml"),
      "job: { notebook: etl }\niterations: [{ name: One, produce: etl, validate: etl }]\ncleanAfter: etl\n",
    );
    await mkdir(this.file("sources", "project"), { recursive: true });
    await writeFile(this.file("sources", "project", "requirements-remote.txt"), "");
    await writeFile(this.file("sources", "project", "test_etl.py"), "def test_etl(): pass\n");
    const config = { node_type_id: "Standard_DS3_v2", spark_version: "15.4.x-scala2.12", num_workers: 0 };
    await writeFile(this.file("cluster-config.json"), JSON.stringify(config));
    const about = { name: "weather", version: "1.0.0", source: {} };
    for (const out of ["packed", "artifact"])
      await packArtifact({ folder: this.file("sources", "notebooks"), out: this.file(out), ...about });
  }
}

/** Attaches the test status of weather 1.0.0 to the run of the job. `text` makes the texts in it that can be any text. */
export function attachTestStatus({ emulator }: TestWorkspace, text: (plain: string) => string): void {
  const { builds } = emulator.azureDevOps;
  const build = builds.get("345");
  const record = {
    schema: "notebook-ops/test-status/1",
    artifact: { name: "weather", version: "1.0.0", digest: testedDigest },
    environment: "qa",
    platform: "databricks",
    workspace: text("https://adb-1.1.azuredatabricks.net"),
    run: { buildId: "345", url: text("https://dev.azure.com/contoso") },
    startedOn: build.startedOn,
    finishedOn: build.startedOn,
    counts: { total: 2, passed: 2, failed: 0, skipped: 0 },
    results: [{ failedAttempts: 1 }, { quarantined: true }].map((marks) => ({
      ...{ name: text("scenario"), outcome: "passed", durationSeconds: 1, ...marks },
      ...{ file: text("file"), message: text("message"), owner: text("owner"), tags: [text("tag")] },
    })),
  };
  builds.addTag(build, "notebook-ops.test-status_qa_weather_1.0.0");
  builds.attach(build, {
    ...{ timelineId: "t", recordId: "r", type: "notebook-ops.test-status", name: "notebooks-1.json" },
    content: Buffer.from(JSON.stringify(record)),
  });
}
