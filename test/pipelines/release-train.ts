import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { Writable } from "node:stream";
import { runPipeline } from "../../local/agent/run/pipeline-runner.ts";
import type { PipelineRecord } from "../../local/agent/run/run-types.ts";
import { agentWorkspace } from "../../local/cli/agent-workspace.ts";
import { readConfigFile } from "../../local/cli/config-file.ts";
import type { WorkspaceConfig } from "../../local/emulator/config.ts";
import { connect, run as runModule } from "../emulator/azure-devops/node-client.ts";
import { universalPackages } from "../harness/azure-devops-api.ts";
import { askDatabricks } from "../harness/databricks-api.ts";
import { taskFolder } from "../harness/run-task.ts";
import { startWorkspace, type TestWorkspace } from "../harness/workspace.ts";

const example = path.join("examples", "release-train");
const root = path.join(import.meta.dirname, "..", "..");
const tasks = [
  "DatabricksCreateBearerToken",
  "DatabricksRunNotebook",
  "NotebookPublishArtifact",
  "NotebookDeployArtifact",
  "NotebookRunTestScenarios",
  "NotebookCheckTestStatus",
];

/** The example's notebooks without Spark, so that a train runs in seconds. */
const notebooks = {
  "tariff.py": "first_tier_kwh = 100\n",
  "bill-customers.py": [
    'dbutils.widgets.text("package_version", "0.0.0")',
    'dbutils.notebook.exit(dbutils.widgets.get("package_version"))',
  ].join("\n"),
  "tests/tiers.py": [
    "# MAGIC %run ../tariff",
    "",
    "# COMMAND ----------",
    "",
    "import json",
    'outcome = "passed" if first_tier_kwh == 100 else "failed"',
    'dbutils.notebook.exit(json.dumps({"tests": [{"name": "the first tier ends at 100 kWh", "outcome": outcome}]}))',
  ].join("\n"),
  "tests/all-customers.py": 'dbutils.notebook.exit("15 bills")',
};

type Approvals = NonNullable<NonNullable<WorkspaceConfig["devops"]>["environments"]>[number]["approvals"];

interface TrainRun {
  parameters: Record<string, string>;
  /** The display name of a step that is left out. */
  without?: string;
  edit?: (yaml: string) => string;
}

export interface RanTrain {
  record: PipelineRecord;
  output: string;
}

/** The example's pipeline, in a repository of its own, on a local workspace that several runs share. */
export class ReleaseTrain {
  readonly #folder: string;
  readonly workspace: TestWorkspace;

  private constructor(folder: string, workspace: TestWorkspace) {
    this.#folder = folder;
    this.workspace = workspace;
  }

  /** @param options.approvals of production, instead of those of the example */
  static async open({ approvals }: { approvals?: Approvals } = {}): Promise<ReleaseTrain> {
    const folder = await mkdtemp(path.join(tmpdir(), "release-train-"));
    await cp(path.join(root, example), path.join(folder, example), { recursive: true });
    for (const [name, source] of Object.entries(notebooks)) {
      const file = path.join(folder, example, "notebooks", name);
      await writeFile(file, `# Databricks notebook source\n${source}\n`);
    }
    execFileSync("git", ["init", "--quiet", "--initial-branch=main", folder]);
    const config = await readConfigFile(path.join(folder, example, "notebook-ops.local.yml"));
    const environments = config.devops!.environments!.map((environment) =>
      environment.name === "production" && approvals ? { ...environment, approvals } : environment,
    );
    const workspace = await startWorkspace({ ...config, devops: { ...config.devops, environments } });
    return new ReleaseTrain(folder, workspace);
  }

  async run({ parameters, without, edit = (yaml) => yaml }: TrainRun): Promise<RanTrain> {
    const file = path.join(this.#folder, example, "azure-pipelines.yml");
    const original = await readFile(path.join(root, example, "azure-pipelines.yml"), "utf8");
    const whole = without === undefined ? original : withoutStep(original, without);
    await writeFile(file, edit(whole));
    let output = "";
    const folders = await Promise.all(tasks.map(async (name) => path.dirname(await taskFolder(name))));
    const record = await runPipeline({
      file,
      parameters,
      host: {
        ...agentWorkspace(this.workspace.emulator),
        taskFolders: [...new Set(folders)],
        linksEndWithRun: true,
      },
      out: new Writable({
        write(chunk, _encoding, done) {
          output += String(chunk);
          done();
        },
      }),
    });
    return { record, output };
  }

  resultOf({ record }: RanTrain, displayName: string): string | undefined {
    const steps = record.jobs.flatMap((job) => job.steps);
    // The steps of a job that did not run are not listed.
    return steps.find((step) => step.displayName === displayName)?.result ?? "skipped";
  }

  /** The version that is deployed in an environment. */
  async deployed(environment: string): Promise<string | undefined> {
    const file = `/Shared/${environment}/energy/notebook-ops-deployment.json`;
    const path = `/api/2.0/workspace/export?format=AUTO&path=${encodeURIComponent(file)}`;
    const { content } = await askDatabricks<{ content?: string }>(this.workspace, "GET", path);
    return content && JSON.parse(Buffer.from(content, "base64").toString()).artifact.version;
  }

  /** The versions of the notebooks in a feed, or in the view of `feed@view`. */
  async packages(feed: string): Promise<string[]> {
    return (await universalPackages(this.workspace, feed)).map((each) => each.replace("energy-bills ", ""));
  }

  /** The ids of the pipeline runs with a tag, by azure-devops-node-api. */
  runsWithTag(tag: string): Promise<number[]> {
    const none = Array.from({ length: 9 }, () => "undefined").join(", ");
    return this.#byNodeApi(
      `answer((await builds.getBuilds("local", ${none}, ["${tag}"])).map(({ id }) => id))`,
    );
  }

  /** The names of a run's attachments of a type, by azure-devops-node-api. */
  attachments(run: number, type: string): Promise<string[]> {
    return this.#byNodeApi(
      `answer((await builds.getAttachments("local", ${run}, "${type}")).map(({ name }) => name))`,
    );
  }

  /** The names of a run's artifacts, by azure-devops-node-api. */
  artifacts(run: number): Promise<string[]> {
    return this.#byNodeApi(`answer((await builds.getArtifacts("local", ${run})).map(({ name }) => name))`);
  }

  async #byNodeApi<T>(code: string): Promise<T> {
    const module = `${connect} const builds = await api.getBuildApi(); ${code}`;
    return (await runModule(this.workspace.emulator, module)) as T;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.workspace[Symbol.asyncDispose]();
    await rm(this.#folder, { recursive: true, force: true });
  }
}

/** The pipeline without one of its tasks. A step ends where the next one, or something less indented, begins. */
function withoutStep(yaml: string, displayName: string): string {
  const lines = yaml.split("\n");
  const at = lines.findIndex((line) => line.trim() === `displayName: ${displayName}`) - 1;
  assert.match(lines[at] ?? "", /- task:/, displayName);
  const indent = lines[at]!.indexOf("-");
  const length = lines.slice(at + 1).findIndex((line) => line.trim() !== "" && line.search(/\S/) <= indent);
  lines.splice(at, length < 0 ? lines.length : length + 1);
  return lines.join("\n");
}
