import { mkdir } from "node:fs/promises";
import path from "node:path";
import { couldNot } from "../../../shared/text/could-not.ts";
import type { StepOutcome } from "../commands/step-result.ts";
import { killAllProcesses } from "../process/run-process.ts";
import { hasHandler, type TaskStage } from "../task/task-manifest.ts";
import type { JobDefinition } from "../yaml/pipeline.ts";
import { stepUnmet } from "./conditions.ts";
import type { JobState } from "./job-state.ts";
import type { ResolvedStep } from "./resolve-tasks.ts";
import type { RunContext } from "./run-context.ts";
import type { JobRecord, StepRecord } from "./run-types.ts";
import { type JobFolders, StepRunner } from "./step-runner.ts";

/** How long always() steps can run after a cancel, unless the job has a cancelTimeoutInMinutes. */
const defaultCancelTimeoutMinutes = 5;

/** Runs the steps of one job: the pre-job stages in order, the main stages, and the post-job stages in reverse order. */
export class JobRunner {
  readonly #run: RunContext;
  readonly #job: JobDefinition;
  /** Whether the job runs although the run was canceled before; only another cancel then ends it. */
  readonly #isAfterCancel: boolean;
  readonly #state: JobState;
  readonly #steps: readonly ResolvedStep[];
  readonly #stepRunner: StepRunner;
  readonly #records: StepRecord[] = [];
  #current: { condition: string | undefined; controller: AbortController } | undefined;
  #isStopped = false;

  constructor(
    run: RunContext,
    { job, isAfterCancel }: { job: JobDefinition; isAfterCancel: boolean },
    state: JobState,
    steps: readonly ResolvedStep[],
    folders: JobFolders,
  ) {
    this.#run = run;
    this.#job = job;
    this.#isAfterCancel = isAfterCancel;
    this.#state = state;
    this.#steps = steps;
    this.#stepRunner = new StepRunner(run, state, folders);
  }

  async run(): Promise<JobRecord> {
    const { signal, kill } = this.#run.options;
    const timers: NodeJS.Timeout[] = [];
    const after = (minutes: number, action: () => void) => timers.push(setTimeout(action, minutes * 60_000));
    const cancel = () => {
      this.#cancel();
      after(this.#job.cancelTimeoutMinutes ?? defaultCancelTimeoutMinutes, () => this.#stopAll());
    };
    const timeOut = (minutes: number) => () => {
      const message = `The job ${this.#job.displayName} ran longer than its maximum time of ${minutes} minutes.`;
      this.#run.reporter.issue({ type: "error", message, properties: {} });
      this.#run.failures.push({ title: this.#job.displayName, message, attachedFiles: [] });
      cancel();
    };
    const killNow = () => {
      this.#stopAll();
      killAllProcesses();
    };
    signal?.addEventListener("abort", cancel, { once: true });
    kill?.addEventListener("abort", killNow, { once: true });
    if (signal?.aborted && !this.#isAfterCancel) this.#cancel();
    if (kill?.aborted) killNow();
    if (this.#job.timeoutMinutes !== undefined)
      after(this.#job.timeoutMinutes, timeOut(this.#job.timeoutMinutes));
    try {
      await this.#runTaskStages();
    } finally {
      signal?.removeEventListener("abort", cancel);
      kill?.removeEventListener("abort", killNow);
      for (const timer of timers) clearTimeout(timer);
    }
    return { name: this.#job.name, result: this.#result(), steps: this.#records };
  }

  async #runTaskStages(): Promise<void> {
    const enabled = this.#steps.filter((step) => step.definition.enabled);
    const withHandler = (stage: TaskStage) => enabled.filter((step) => hasHandler(step.manifest, stage));
    for (const step of withHandler("prejob")) await this.#step(step, "prejob", undefined);
    for (const step of enabled)
      if (step.implementation.kind !== "extension" || hasHandler(step.manifest, "main"))
        await this.#step(step, "main", step.definition.condition);
    for (const step of withHandler("postjob").reverse()) await this.#step(step, "postjob", "always()");
  }

  async #step(step: ResolvedStep, stage: TaskStage, condition: string | undefined): Promise<void> {
    if (this.#isStopped) return;
    let record: StepRecord;
    try {
      const unmet = this.#unmet(condition);
      const { implementation } = step;
      if (unmet !== undefined) record = this.#stepRunner.skip(step, stage, unmet);
      else if (implementation.kind === "none")
        record = this.#stepRunner.skip(step, stage, `left out: ${implementation.reason}`);
      else {
        const controller = new AbortController();
        this.#current = { condition, controller };
        record = await this.#stepRunner.execute(step, stage, controller.signal);
      }
    } catch (error) {
      // For example, the condition compares a text with a number. Azure DevOps fails the step too.
      const message = couldNot(`evaluate the condition of ${step.name}`, (error as Error).message);
      this.#run.reporter.issue({ type: "error", message, properties: {} });
      record = { ...this.#stepRunner.skip(step, stage, message), result: "failed" };
      this.#run.failures.push({
        title: record.displayName,
        job: this.#job.displayName,
        message,
        attachedFiles: [],
      });
    } finally {
      this.#current = undefined;
    }
    this.#records.push(record);
    this.#state.addResult(record.result);
  }

  /** Why a step with this condition does not run now. */
  #unmet(condition: string | undefined): string | undefined {
    return stepUnmet(condition, this.#state.status, this.#state.values());
  }

  /** Stops the running step, unless its condition is also met in a cancelled job. */
  #cancel(): void {
    this.#state.cancel();
    const current = this.#current;
    if (current && this.#unmet(current.condition) !== undefined) current.controller.abort();
  }

  #stopAll(): void {
    this.#state.cancel();
    this.#isStopped = true;
    this.#current?.controller.abort();
  }

  #result(): StepOutcome {
    switch (this.#state.status) {
      case "Succeeded":
        return "succeeded";
      case "SucceededWithIssues":
        return "succeededWithIssues";
      case "Failed":
        return this.#job.continueOnError ? "succeededWithIssues" : "failed";
      case "Canceled":
        return "canceled";
    }
  }
}

/** Creates the folders of a job under the names that the agent uses: s, a, b, TestResults and _temp. */
export async function makeJobFolders(work: string): Promise<JobFolders> {
  await Promise.all(
    ["s", "a", "b", "TestResults", "_temp"].map((name) => mkdir(path.join(work, name), { recursive: true })),
  );
  return { work, sources: path.join(work, "s"), temp: path.join(work, "_temp") };
}
