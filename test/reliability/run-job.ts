import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import type { StageResult } from "../../local/agent/step-session.ts";
import type { RequestFault } from "../../local/emulator/faults.ts";
import type { Ledger } from "../../local/emulator/ledger.ts";
import { runTask } from "../harness/run-task.ts";
import type { TestWorkspace } from "../harness/workspace.ts";
import type { Fault } from "./disturbances.ts";
import type { Job, PreparedJob, Stage, StageRecord } from "./job.ts";
import { matchOf, type RequestName, requestNames } from "./request-name.ts";

/** A request of a stage that meets a fault. */
export interface Disturbance {
  /** Its name. */
  stage: string;
  request: RequestName;
  fault: Fault;
}

export interface JobRecord {
  stages: StageRecord[];
  /** Whether a request met the fault of the disturbance. */
  wasDisturbed: boolean;
  /** Intents of which more than one object was alive at the same time. */
  duplicates: string[];
  /** What is alive at the end and must not be. */
  left: Ledger;
  /** What is wrong with what the job changes permanently. */
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
  readonly #duplicates = new Set<string>();
  #wasDisturbed = false;

  readonly #workspace: TestWorkspace;
  readonly #prepared: PreparedJob;
  readonly #options: { job: Job; folder: string; disturbance: Disturbance | undefined };

  constructor(
    workspace: TestWorkspace,
    prepared: PreparedJob,
    options: { job: Job; folder: string; disturbance: Disturbance | undefined },
  ) {
    this.#workspace = workspace;
    this.#prepared = prepared;
    this.#options = options;
    this.#variables = { ...prepared.variables };
    this.#secretVariables = { ...prepared.secretVariables };
  }

  async run(): Promise<JobRecord> {
    const watch = setInterval(() => this.#lookForDuplicates(), 20);
    try {
      for (const stage of this.#options.job.stages) if (this.#isDue(stage)) await this.#runStage(stage);
      if (this.#options.disturbance?.fault.then.effectAfterMs !== undefined) await this.#letEffectsCome();
    } finally {
      clearInterval(watch);
    }
    return {
      stages: this.#records,
      wasDisturbed: this.#wasDisturbed,
      duplicates: [...this.#duplicates],
      left: this.#left(),
      productProblems: this.#prepared.problems(await this.#prepared.observe()),
    };
  }

  /** A step runs if all before it succeeded, unless it runs always; a post-job step runs if its task was started. */
  #isDue({ task, postJob, always }: Stage): boolean {
    if (postJob) return this.#records.some(({ stage }) => stage.task === task);
    return always || this.#records.every(({ result }) => result.result === "succeeded");
  }

  async #runStage(stage: Stage): Promise<void> {
    const { disturbance } = this.#options;
    const isDisturbed = disturbance?.stage === stage.name;
    const result = await this.#once(stage, isDisturbed ? disturbance : stage.interruption, isDisturbed);
    // After a post-job step that was stopped, only the sweep of a later pipeline prevents a leak: it is the same step again.
    if (stage.postJob && isDisturbed && this.#wasDisturbed && disturbance.fault.then.signal)
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
    if (isDisturbance) this.#wasDisturbed = wasMet;
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
      tempFolder: path.join(this.#options.folder, "temp"),
      environment: signals
        ? {
            NODE_OPTIONS: `--import=${path.join(import.meta.dirname, "declare-fault.mjs")}`,
            FAULT: JSON.stringify(signals),
            FAULT_CONTROL_URL: this.#workspace.emulator.ready.controlUrl,
          }
        : {},
    });
  }

  /** Takes the declared fault back; returns whether a request has met it. */
  async #disarm(): Promise<boolean> {
    const url = `${this.#workspace.emulator.ready.controlUrl}/faults`;
    const declared = (await (await fetch(url)).json()) as { met: number }[];
    await this.#workspace.clearFaults();
    return declared.some(({ met }) => met > 0);
  }

  /** Lets effects happen for which the job did not wait, so that the ledger shows them. */
  async #letEffectsCome(): Promise<void> {
    await this.#workspace.advanceClock(60);
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

  #lookForDuplicates(): void {
    const { clusters, runs, tokens } = this.#workspace.emulator.ledger();
    const intents = [
      ...clusters.map(({ tags }) => `cluster ${tags["notebook-ops"]}`),
      ...runs.map(({ name }) => `run ${name}`),
      ...tokens.map(({ name }) => `token ${name}`),
    ];
    for (const [i, intent] of intents.entries())
      if (intents.indexOf(intent) !== i) this.#duplicates.add(intent);
  }
}
