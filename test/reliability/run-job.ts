import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import type { StageResult } from "../../local/agent/step-session.ts";
import type { RequestFault } from "../../local/emulator/faults.ts";
import type { Ledger } from "../../local/emulator/ledger.ts";
import { runTask } from "../harness/run-task.ts";
import type { TestWorkspace } from "../harness/workspace.ts";
import type { Fault } from "./disturbances.ts";
import type { Job, PreparedJob, Stage, StageRecord } from "./jobs/job.ts";
import { matchOf, type RequestName, requestNames } from "./request-name.ts";

/** What goes wrong in the job: a request of a stage meets the fault. */
export interface Disturbance {
  /** Its name. */
  stage: string;
  request: RequestName;
  fault: Fault;
}

export interface JobRecord {
  stages: StageRecord[];
  /** Whether a request met the fault. */
  struck: boolean;
  /** Intents of which more than one object lived at a moment. */
  doubles: string[];
  /** What is alive at the end and may not be. */
  left: Ledger;
  /** What is wrong with what the job was to change for good. */
  productProblems: string[];
}

/** Runs a job on a workspace that many jobs use one after another. */
export async function runJob(
  workspace: TestWorkspace,
  job: Job,
  disturbance?: Disturbance,
): Promise<JobRecord> {
  const folder = await mkdtemp(path.join(tmpdir(), "notebook-ops-job-"));
  const prepared = await job.prepare(workspace, folder);
  try {
    return await new JobRun(workspace, prepared, { job, folder, disturbance }).run();
  } finally {
    await prepared.clear();
    await rm(folder, { recursive: true, force: true });
  }
}

class JobRun {
  readonly #records: StageRecord[] = [];
  readonly #variables: Record<string, string>;
  readonly #secretVariables: Record<string, string>;
  readonly #doubles = new Set<string>();
  #struck = false;

  readonly #workspace: TestWorkspace;
  readonly #prepared: PreparedJob;
  readonly #of: { job: Job; folder: string; disturbance: Disturbance | undefined };

  constructor(
    workspace: TestWorkspace,
    prepared: PreparedJob,
    of: { job: Job; folder: string; disturbance: Disturbance | undefined },
  ) {
    this.#workspace = workspace;
    this.#prepared = prepared;
    this.#of = of;
    this.#variables = { ...prepared.variables };
    this.#secretVariables = { ...prepared.secretVariables };
  }

  async run(): Promise<JobRecord> {
    const watch = setInterval(() => this.#lookForDoubles(), 20);
    try {
      for (const stage of this.#of.job.stages) if (this.#isDue(stage)) await this.#runStage(stage);
      if (this.#of.disturbance?.fault.then.effectAfterMs !== undefined) await this.#letEffectsCome();
    } finally {
      clearInterval(watch);
    }
    return {
      stages: this.#records,
      struck: this.#struck,
      doubles: [...this.#doubles],
      left: this.#left(),
      productProblems: this.#prepared.problems(await this.#prepared.observe()),
    };
  }

  /** succeeded() for a step unless it says always(); a post-job step runs if its task began. */
  #isDue({ task, postJob, always }: Stage): boolean {
    if (postJob) return this.#records.some(({ stage }) => stage.task === task);
    return always || this.#records.every(({ result }) => result.result === "succeeded");
  }

  async #runStage(stage: Stage): Promise<void> {
    const { disturbance } = this.#of;
    const isDisturbed = disturbance?.stage === stage.name;
    const result = await this.#once(stage, isDisturbed ? disturbance : stage.interruption, isDisturbed);
    // A post-job step that was stopped is all that is between the job and a leak: a later pipeline's sweep is the same step again.
    if (stage.postJob && isDisturbed && this.#struck && disturbance.fault.then.signal)
      await this.#once(stage, undefined, false);
    if (stage.postJob) return;
    Object.assign(this.#variables, result.variables);
    Object.assign(this.#secretVariables, result.secretVariables);
  }

  async #once(
    stage: Stage,
    met: { request: RequestName; fault: Fault } | undefined,
    isDisturbance: boolean,
  ): Promise<StageResult> {
    const { emulator } = this.#workspace;
    const last = emulator.requests().at(-1)?.number ?? 0;
    const fault = met && { match: matchOf(met.request), ...met.fault };
    const { signal } = fault?.then ?? {};
    if (fault && !signal) await this.#workspace.declareFault(fault);
    const result = await this.#runTask(stage, signal && fault);
    const wasMet = await this.#disarm();
    if (isDisturbance) this.#struck = wasMet;
    this.#records.push({
      stage,
      result,
      killed: wasMet && signal?.name === "SIGKILL",
      requests: requestNames(emulator.requests().filter(({ number }) => number > last)),
      ledger: emulator.ledger(),
      products: await this.#prepared.observe(),
    });
    return result;
  }

  #runTask(stage: Stage, signals: RequestFault | undefined): Promise<StageResult> {
    const main = this.#records.findLast((record) => record.stage.task === stage.task);
    return runTask({
      task: stage.task,
      workspace: this.#workspace,
      stage: stage.postJob ? "postjob" : "main",
      taskVariables: stage.postJob ? main!.result.taskVariables : {},
      variables: this.#variables,
      secretVariables: this.#secretVariables,
      inputs: this.#prepared.inputs(stage),
      tempFolder: path.join(this.#of.folder, "temp"),
      environment: signals
        ? {
            NODE_OPTIONS: `--import=${path.join(import.meta.dirname, "declare-fault.mjs")}`,
            FAULT: JSON.stringify(signals),
            FAULT_CONTROL_URL: this.#workspace.emulator.ready.controlUrl,
          }
        : {},
    });
  }

  /** Answers whether a request has met what was declared. */
  async #disarm(): Promise<boolean> {
    const url = `${this.#workspace.emulator.ready.controlUrl}/faults`;
    const declared = (await (await fetch(url)).json()) as { met: number }[];
    await fetch(url, { method: "DELETE" });
    return declared.some(({ met }) => met > 0);
  }

  /** What a job did not wait for comes after it, and is seen in the ledger. */
  async #letEffectsCome(): Promise<void> {
    const url = `${this.#workspace.emulator.ready.controlUrl}/clock`;
    await fetch(url, { method: "POST", body: '{"advanceSeconds": 60}' });
  }

  #left(): Ledger {
    const ledger = Object.entries(this.#workspace.emulator.ledger()) as [
      keyof Ledger,
      Ledger[keyof Ledger],
    ][];
    return Object.fromEntries(
      ledger.map(([kind, entries]) => [
        kind,
        entries.filter((entry) => !this.#prepared.mayStay(kind, entry)),
      ]),
    ) as Ledger;
  }

  #lookForDoubles(): void {
    const { clusters, runs, tokens } = this.#workspace.emulator.ledger();
    const intents = [
      ...clusters.map(({ tags }) => `cluster ${tags["notebook-ops"]}`),
      ...runs.map(({ name }) => `run ${name}`),
      ...tokens.map(({ name }) => `token ${name}`),
    ];
    for (const [i, intent] of intents.entries()) if (intents.indexOf(intent) !== i) this.#doubles.add(intent);
  }
}
