import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import type { StageResult } from "../../local/agent/step-session.ts";
import type { Ledger } from "../../local/emulator/ledger.ts";
import { runTask } from "../harness/run-task.ts";
import type { TestWorkspace } from "../harness/workspace.ts";
import type { Fault } from "./disturbances.ts";

/** The stages of the job, in the order in which the agent runs them: post-job steps last, and backwards. */
export const stages = [
  "DatabricksCreateBearerToken",
  "DatabricksCreateCluster",
  "DatabricksRunNotebook",
  "DatabricksDeleteCluster",
  "DatabricksRunNotebook postjob",
  "DatabricksCreateCluster postjob",
  "DatabricksCreateBearerToken postjob",
] as const;
export type StageName = (typeof stages)[number];

/** What goes wrong in the job: the nth request of a stage meets the fault. */
export interface Disturbance {
  stage: StageName;
  nth: number;
  fault: Fault;
}

export interface StageRecord {
  name: StageName;
  result: StageResult;
  /** How many requests it made. */
  requests: number;
  /** What the workspace held when it had ended. */
  ledger: Ledger;
  /** By SIGKILL. */
  killed: boolean;
}

export interface JobRecord {
  stages: StageRecord[];
  /** Whether a request met the fault. */
  struck: boolean;
  /** Intents of which more than one object lived at a moment. */
  doubles: string[];
}

const notebooks = ["etl", "report"];
/** What the step of the notebooks puts out: they run side by side. */
export const exitValue = JSON.stringify(Object.fromEntries(notebooks.map((name) => [name, `${name} ran`])));

/** A job of four tasks with their post-job steps, on a workspace that many jobs use one after another. */
export async function runJob(workspace: TestWorkspace, disturbance?: Disturbance): Promise<JobRecord> {
  const folder = await mkdtemp(path.join(tmpdir(), "notebook-ops-job-"));
  const job = new Job(workspace, folder, disturbance);
  try {
    return await job.run();
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

class Job {
  readonly #records: StageRecord[] = [];
  readonly #variables: Record<string, string> = {};
  readonly #secretVariables: Record<string, string> = {};
  readonly #doubles = new Set<string>();
  #struck = false;

  constructor(
    private readonly workspace: TestWorkspace,
    private readonly folder: string,
    private readonly disturbance: Disturbance | undefined,
  ) {}

  async run(): Promise<JobRecord> {
    await this.#writeFiles();
    const watch = setInterval(() => this.#lookForDoubles(), 20);
    try {
      for (const name of stages) if (this.#isDue(name)) await this.#runStage(name);
    } finally {
      clearInterval(watch);
    }
    return { stages: this.#records, struck: this.#struck, doubles: [...this.#doubles] };
  }

  /** succeeded() for a step; a post-job step runs where its task began. */
  #isDue(name: StageName): boolean {
    const [task, postJob] = name.split(" ");
    if (postJob) return this.#records.some((record) => record.name === task);
    return this.#records.every(({ result }) => result.result === "succeeded");
  }

  async #runStage(name: StageName): Promise<void> {
    const result = await this.#once(name);
    // A post-job step that was killed is all that stood between the job and a leak: here a later pipeline's sweep is the same step again.
    if (name.endsWith("postjob")) {
      const signalled = this.disturbance?.stage === name && this.disturbance.fault.then.signal !== undefined;
      if (signalled && this.#struck) await this.#once(name);
      return;
    }
    Object.assign(this.#variables, result.variables);
    Object.assign(this.#secretVariables, result.secretVariables);
  }

  async #once(name: StageName): Promise<StageResult> {
    const [task = "", postJob] = name.split(" ");
    const { emulator } = this.workspace;
    const before = emulator.requests().length;
    const disturbed = this.disturbance?.stage === name && !this.#struck ? this.disturbance : undefined;
    const fault = disturbed && { match: { nth: disturbed.nth }, ...disturbed.fault };
    if (fault && !fault.then.signal) await this.workspace.declareFault(fault);
    const main = this.#records.find((record) => record.name === task);
    const result = await runTask({
      task,
      workspace: this.workspace,
      stage: postJob ? "postjob" : "main",
      taskVariables: main?.result.taskVariables ?? {},
      variables: this.#variables,
      secretVariables: this.#secretVariables,
      inputs: this.#inputs(task),
      tempFolder: path.join(this.folder, "temp"),
      environment: fault?.then.signal
        ? {
            NODE_OPTIONS: `--import=${path.join(import.meta.dirname, "declare-fault.mjs")}`,
            FAULT: JSON.stringify(fault),
            FAULT_CONTROL_URL: emulator.ready.controlUrl,
          }
        : {},
    });
    const requests = emulator.requests().length - before;
    // A request whose client is gone is written down only when the emulator has done with it.
    const ended = fault?.then.signal !== undefined && result.result !== "succeeded";
    if (disturbed) this.#struck = ended || requests >= disturbed.nth;
    const killed = ended && fault?.then.signal?.name === "SIGKILL";
    await fetch(`${emulator.ready.controlUrl}/faults`, { method: "DELETE" });
    this.#records.push({ name, result, requests, killed, ledger: emulator.ledger() });
    return result;
  }

  #inputs(task: string): Record<string, string> {
    const inputs: Record<string, Record<string, string>> = {
      DatabricksCreateBearerToken: { azureSubscription: "azure" },
      DatabricksCreateCluster: { clusterConfig: path.join(this.folder, "cluster-config.json") },
      DatabricksRunNotebook: { notebookFolder: path.join(this.folder, "notebooks") },
    };
    return inputs[task] ?? {};
  }

  async #writeFiles(): Promise<void> {
    const config = {
      cluster_name: "weather-345",
      node_type_id: "Standard_DS3_v2",
      spark_version: "15.4.x-scala2.12",
      num_workers: 0,
    };
    await mkdir(path.join(this.folder, "notebooks"));
    await writeFile(path.join(this.folder, "cluster-config.json"), JSON.stringify(config));
    for (const name of notebooks)
      await writeFile(
        path.join(this.folder, "notebooks", `${name}.py`),
        `# Databricks notebook source\ndbutils.notebook.exit("${name} ran")\n`,
      );
  }

  #lookForDoubles(): void {
    const { clusters, runs, tokens } = this.workspace.emulator.ledger();
    const intents = [
      ...clusters.map(({ tags }) => `cluster ${tags["notebook-ops"]}`),
      ...runs.map(({ name }) => `run ${name}`),
      ...tokens.map(({ name }) => `token ${name}`),
    ];
    for (const [i, intent] of intents.entries()) if (intents.indexOf(intent) !== i) this.#doubles.add(intent);
  }
}
