import { randomInt } from "node:crypto";
import type { LedgerEntry } from "../../ledger-entry.ts";
import type { LocalWorkspace } from "../../local-workspace.ts";
import type { Cluster } from "../clusters/cluster.ts";
import { apiError, invalidParameter } from "../errors.ts";
import type { Principal } from "../principal.ts";
import {
  cancelled,
  internalError,
  lastAttempts,
  type Outcome,
  outcomeOf,
  type Run,
  type TaskRun,
  timedOut,
  upstream,
} from "./run.ts";
import { type ExecutionParts, executeTask, release, type SharedClusters } from "./task-execution.ts";
import type { RunSettings } from "./task-settings.ts";

interface RunRequest {
  settings: RunSettings;
  creator: Principal;
  jobId: number;
  numberInJob?: number;
  idempotencyToken?: string | undefined;
  overrides?: Record<string, string>;
}

/** All runs: what starts them, in which order their tasks execute, and how they end. */
export class Runs {
  readonly #workspace: LocalWorkspace;
  readonly #parts: ExecutionParts;
  readonly #runs = new Map<number, Run>();
  /** Each run and each of its tasks by run id. */
  readonly #owners = new Map<number, Run>();
  readonly #byToken = new Map<string, number>();
  readonly #taskValues = new Map<number, Map<string, unknown>>();
  #nextId = randomInt(2 ** 46, 2 ** 47);

  constructor(parts: ExecutionParts) {
    this.#workspace = parts.workspace;
    this.#parts = parts;
    parts.clusters.isBusy = (cluster: Cluster) =>
      this.active().some((run) => run.tasks.some((task) => !task.outcome && task.clusterId === cluster.id));
  }

  /** Starts a run, or returns the run that the same idempotency token started before. */
  start(request: RunRequest): Run {
    const { idempotencyToken: token } = request;
    const earlier = token === undefined ? undefined : this.#startedBy(token);
    if (earlier) return earlier;
    const now = this.#workspace.clock.now();
    const runId = this.newId();
    const run: Run = {
      runId,
      jobId: request.jobId,
      settings: request.settings,
      tasks: request.settings.tasks.map((settings) => ({
        runId: request.settings.isSingle ? runId : this.newId(),
        attemptNumber: 0,
        settings,
        state: settings.dependsOn.length > 0 ? "BLOCKED" : "PENDING",
        startMs: now,
        abort: new AbortController(),
      })),
      creator: request.creator,
      startMs: now,
      overrides: request.overrides ?? {},
      ...(request.numberInJob === undefined ? {} : { numberInJob: request.numberInJob }),
      ...(token === undefined ? {} : { idempotencyToken: token }),
    };
    this.#runs.set(runId, run);
    for (const id of [runId, ...run.tasks.map((task) => task.runId)]) this.#owners.set(id, run);
    if (token !== undefined) this.#byToken.set(token, runId);
    void this.#execute(run);
    return run;
  }

  /** A run that is not executed, for example because the job has reached its limit of runs. */
  skip(request: RunRequest, outcome: Outcome): Run {
    const run = { ...this.#skipped(request), outcome };
    this.#runs.set(run.runId, run);
    this.#owners.set(run.runId, run);
    return run;
  }

  /** A unique number for a run or a job. */
  newId(): number {
    this.#nextId += randomInt(1, 1000);
    return this.#nextId;
  }

  /** The run with an id, and the task if the id is that of one of its tasks. */
  get(id: number): { run: Run; task?: TaskRun } {
    const run = this.#owners.get(id);
    if (!run) throw invalidParameter(`Run ${id} does not exist.`);
    const task = run.tasks.find((item) => item.runId === id);
    return task ? { run, task } : { run };
  }

  /** Newest first. */
  all(): Run[] {
    return [...this.#runs.values()].reverse();
  }

  active(): Run[] {
    return this.all().filter((run) => !run.outcome);
  }

  /** Cancels a run, which is TERMINATING until its notebooks have stopped. Has no effect on a run that has ended. */
  cancel(run: Run): void {
    this.#end(run.tasks, cancelled);
  }

  delete(id: number): void {
    const { run } = this.get(id);
    if (!run.outcome)
      throw apiError(400, "INVALID_STATE", `Run ${id} is still active: cancel it before it is deleted.`);
    this.#runs.delete(run.runId);
    for (const owned of [run.runId, ...run.tasks.map((task) => task.runId)]) this.#owners.delete(owned);
  }

  /** dbutils.jobs.taskValues of the run that a task run belongs to. */
  taskValues(taskRunId: string) {
    const run = this.#owners.get(Number(taskRunId));
    if (!run) return undefined;
    const values = this.#taskValues.get(run.runId) ?? new Map<string, unknown>();
    this.#taskValues.set(run.runId, values);
    const keyOf = (taskKey: string, key: string) => JSON.stringify([taskKey, key]);
    return {
      set: (taskKey: string, key: string, value: unknown) => void values.set(keyOf(taskKey, key), value),
      get: (taskKey: string, key: string) => values.get(keyOf(taskKey, key)),
    };
  }

  ledger(): LedgerEntry[] {
    return this.active().map((run) => ({
      id: String(run.runId),
      name: run.settings.name,
      tags: run.settings.tags,
      creator: run.creator.displayName,
      ageSeconds: (this.#workspace.clock.now() - run.startMs) / 1000,
      state: run.tasks.some((task) => task.state === "RUNNING") ? "RUNNING" : "PENDING",
    }));
  }

  #startedBy(token: string): Run | undefined {
    if (token.length > 64) throw invalidParameter("idempotency_token must have at most 64 characters.");
    const runId = this.#byToken.get(token);
    if (runId === undefined) return undefined;
    const run = this.#runs.get(runId);
    if (run) return run;
    throw invalidParameter(`The run that was created with the idempotency token ${token} has been deleted.`);
  }

  async #execute(run: Run): Promise<void> {
    const shared: SharedClusters = new Map();
    const stopClock = this.#limit(run.tasks, run.settings.timeoutSeconds);
    const ends = new Map<string, Promise<Outcome>>();
    // A task may be listed before those it depends on, so each waits until all have a promise to look them up.
    const listed = Promise.resolve();
    for (const task of run.tasks) {
      const end = listed.then(async () => {
        const before = await Promise.all(
          task.settings.dependsOn.map((key) => ends.get(key) as Promise<Outcome>),
        );
        return before.every((outcome) => outcome.resultState === "SUCCESS")
          ? this.#executeTask(run, task, shared)
          : this.#finish(task, task.abort.signal.aborted ? task.abort.signal.reason : upstream(before));
      });
      ends.set(task.settings.taskKey, end);
    }
    await Promise.all(ends.values());
    stopClock();
    for (const cluster of shared.values()) release(this.#parts.clusters, cluster);
    run.endMs = this.#workspace.clock.now();
    run.outcome = outcomeOf({ tasks: lastAttempts(run.tasks), isSingle: run.settings.isSingle });
  }

  /** Executes a task, again after each failure as often as its settings say. Returns the outcome of its last attempt. */
  async #executeTask(run: Run, task: TaskRun, shared: SharedClusters): Promise<Outcome> {
    const outcome = await this.#executeAttempt(run, task, shared);
    const { maxRetries } = task.settings;
    if (run.settings.isSingle || outcome.resultState !== "FAILED" || task.attemptNumber >= maxRetries)
      return outcome;
    return this.#executeTask(run, this.#nextAttempt(run, task), shared);
  }

  #nextAttempt(run: Run, { settings, attemptNumber }: TaskRun): TaskRun {
    const task: TaskRun = {
      runId: this.newId(),
      attemptNumber: attemptNumber + 1,
      settings,
      state: "PENDING",
      startMs: this.#workspace.clock.now(),
      abort: new AbortController(),
    };
    run.tasks.push(task);
    this.#owners.set(task.runId, run);
    return task;
  }

  async #executeAttempt(run: Run, task: TaskRun, shared: SharedClusters): Promise<Outcome> {
    if (task.abort.signal.aborted) return this.#finish(task, task.abort.signal.reason as Outcome);
    task.state = "PENDING";
    task.startMs = this.#workspace.clock.now();
    const stopClock = this.#limit([task], task.settings.timeoutSeconds);
    try {
      return this.#finish(task, await executeTask(this.#parts, run, task, shared));
    } catch (error) {
      this.#workspace.log(`run ${run.runId} failed inside the emulator: ${(error as Error).stack}`);
      return this.#finish(task, internalError("INTERNAL_ERROR", "INTERNAL_ERROR", (error as Error).message));
    } finally {
      stopClock();
    }
  }

  #finish(task: TaskRun, outcome: Outcome): Outcome {
    task.outcome = outcome;
    task.endMs = this.#workspace.clock.now();
    return outcome;
  }

  #end(tasks: readonly TaskRun[], outcome: Outcome): void {
    for (const task of tasks) {
      if (task.outcome || task.abort.signal.aborted) continue;
      task.state = "TERMINATING";
      task.abort.abort(outcome);
    }
  }

  #limit(tasks: readonly TaskRun[], seconds: number): () => void {
    if (seconds === 0) return () => undefined;
    return this.#workspace.clock.after(seconds * 1000, () => this.#end(tasks, timedOut));
  }

  #skipped(request: RunRequest): Run {
    const now = this.#workspace.clock.now();
    return {
      runId: this.newId(),
      jobId: request.jobId,
      settings: request.settings,
      tasks: [],
      creator: request.creator,
      startMs: now,
      endMs: now,
      overrides: {},
      ...(request.numberInJob === undefined ? {} : { numberInJob: request.numberInJob }),
    };
  }
}
