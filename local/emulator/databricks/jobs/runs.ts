import { randomInt } from "node:crypto";
import type { LedgerEntry } from "../../ledger-entry.ts";
import type { LocalWorkspace } from "../../local-workspace.ts";
import type { Cluster } from "../clusters/cluster.ts";
import { apiError, invalidParameter } from "../errors.ts";
import { cancelled, type Outcome } from "./outcome.ts";
import { isRetried } from "./retry-policy.ts";
import {
  endRun,
  lastAttempts,
  newAttempt,
  newRun,
  nextAttempt,
  type Run,
  type RunRequest,
  stateOf,
  type TaskRun,
} from "./run.ts";
import { RunExecution } from "./run-execution.ts";
import type { ExecutionParts } from "./task-execution.ts";

interface StartRequest extends RunRequest {
  /** Whether a run over the limit of the job waits instead of being skipped. */
  isQueueEnabled?: boolean;
}

/** Source: https://learn.microsoft.com/azure/databricks/jobs/advanced#queueing */
const longestQueueMs = 48 * 3600 * 1000;

const tooManyRuns: Outcome = {
  lifeCycleState: "SKIPPED",
  resultState: "MAXIMUM_CONCURRENT_RUNS_REACHED",
  message: "An active run of this job exists already and the job may not have more.", // unconfirmed wording
  code: "MAX_CONCURRENT_RUNS_EXCEEDED",
  type: "CLIENT_ERROR",
};

/** All runs, and which of them may execute. */
export class Runs {
  readonly #workspace: LocalWorkspace;
  readonly #parts: ExecutionParts;
  readonly #runs = new Map<number, Run>();
  readonly #executions = new Map<number, RunExecution>();
  /** Each run and each of its tasks by run id. */
  readonly #owners = new Map<number, Run>();
  readonly #byToken = new Map<string, number>();
  #nextId = randomInt(2 ** 46, 2 ** 47);

  constructor(parts: ExecutionParts) {
    this.#workspace = parts.workspace;
    this.#parts = parts;
    parts.clusters.lifecycle.isBusy = (cluster: Cluster) =>
      this.active().some((run) => run.tasks.some((task) => !task.outcome && task.clusterId === cluster.id));
  }

  /**
   * Starts a run, or returns the run that the same idempotency token started before. A run over the limit of its job waits in the queue or
   * is skipped.
   */
  start(request: StartRequest): Run {
    const { idempotencyToken: token, settings, isJobRun, jobId } = request;
    const earlier = token === undefined ? undefined : this.#startedBy(token);
    if (earlier) return earlier;
    const hasRoom = !isJobRun || this.#executing(jobId).length < settings.maxConcurrentRuns;
    // A limit of 0 skips every run: https://docs.databricks.com/api/azure/workspace/jobs/create (max_concurrent_runs)
    const waits = !hasRoom && request.isQueueEnabled === true && settings.maxConcurrentRuns > 0;
    const run = this.#newRun(request);
    if (token !== undefined) this.#byToken.set(token, run.runId);
    if (hasRoom) void this.#execute(run);
    else if (waits) this.#queue(run);
    else this.#skip(run);
    return run;
  }

  /** Runs tasks of an ended run again, with the settings and parameters that the run has now. Returns the id of the repair. */
  repair(run: Run, taskKeys: ReadonlySet<string>): number {
    const now = this.#workspace.clock.now();
    const repairId = this.newId();
    delete run.outcome;
    delete run.endMs;
    run.parts.push({ repairId, startMs: now, taskRunIds: [] });
    for (const { settings, attemptNumber } of lastAttempts(run.tasks)) {
      if (!taskKeys.has(settings.taskKey)) continue;
      const current = run.settings.tasks.find(({ taskKey }) => taskKey === settings.taskKey) ?? settings;
      this.#addAttempt(run, newAttempt(current, this.newId(), now, attemptNumber + 1));
    }
    void this.#execute(run);
    return repairId;
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

  active(jobId?: number): Run[] {
    return this.all().filter((run) => !run.outcome && (jobId === undefined || run.jobId === jobId));
  }

  /** Cancels a run or one of its tasks. Has no effect on what has ended. */
  cancel(run: Run, task?: TaskRun): void {
    if (run.outcome || task?.outcome) return;
    if (run.waitsFor) this.#leave(run, cancelled);
    else this.#executions.get(run.runId)?.cancel(task);
  }

  /** Sets the time limit of the active runs of a job. */
  limit(jobId: number, seconds: number): void {
    for (const run of this.active(jobId)) {
      run.settings.timeoutSeconds = seconds;
      this.#executions.get(run.runId)?.limit(seconds);
    }
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
    const values = this.#owners.get(Number(taskRunId))?.taskValues;
    if (!values) return undefined;
    return {
      set: (taskKey: string, key: string, value: unknown) =>
        void values.set(taskKey, new Map([...(values.get(taskKey) ?? []), [key, value]])),
      get: (taskKey: string, key: string) => values.get(taskKey)?.get(key),
    };
  }

  ledger(): LedgerEntry[] {
    return this.active().map((run) => ({
      id: String(run.runId),
      name: run.settings.name,
      tags: run.settings.tags,
      creator: run.creator.displayName,
      ageSeconds: (this.#workspace.clock.now() - run.startMs) / 1000,
      state: stateOf(run),
    }));
  }

  #newRun(request: RunRequest): Run {
    const run = newRun(request, { newId: () => this.newId(), now: this.#workspace.clock.now() });
    this.#runs.set(run.runId, run);
    for (const id of [run.runId, ...run.tasks.map((task) => task.runId)]) this.#owners.set(id, run);
    return run;
  }

  #startedBy(token: string): Run | undefined {
    if (token.length > 64) throw invalidParameter("idempotency_token must have at most 64 characters.");
    const runId = this.#byToken.get(token);
    if (runId === undefined) return undefined;
    const run = this.#runs.get(runId);
    if (run) return run;
    throw invalidParameter(`The run that was created with the idempotency token ${token} has been deleted.`);
  }

  #executing(jobId: number): Run[] {
    return this.active(jobId).filter(({ waitsFor }) => waitsFor !== "room");
  }

  async #execute(run: Run): Promise<void> {
    run.waitsFor = undefined;
    const execution = new RunExecution(this.#parts, run, (failed) => {
      const next = nextAttempt(failed, this.newId(), this.#workspace.clock.now());
      this.#addAttempt(run, next);
      return next;
    });
    this.#executions.set(run.runId, execution);
    await execution.execute();
    this.#executions.delete(run.runId);
    if (run.parts.length === 1) this.#retry(run);
    this.#startQueued(run.jobId);
  }

  #addAttempt(run: Run, attempt: TaskRun): void {
    run.tasks.push(attempt);
    run.parts.at(-1)?.taskRunIds.push(attempt.runId);
    this.#owners.set(attempt.runId, run);
  }

  /**
   * Repeats a failed run of a job that has one task without `tasks`: the attempts of such a task are runs of their own.
   * Source: https://docs.databricks.com/api/azure/workspace/jobs/getrun (attempt_number, original_attempt_run_id)
   */
  #retry(failed: Run): void {
    const { settings, isJobRun, attemptNumber, outcome, startMs } = failed;
    const retries = settings.tasks[0]?.retries;
    if (!isJobRun || !settings.isSingle || !retries || !outcome) return;
    if (!isRetried(retries, attemptNumber, outcome)) return;
    const { creator, jobId, jobParameters, notebookParams } = failed;
    const run = this.#newRun({
      settings,
      creator,
      jobId,
      isJobRun,
      jobParameters,
      notebookParams,
      retryOf: failed,
    });
    run.waitsFor = "retry";
    for (const task of run.tasks) task.state = "WAITING_FOR_RETRY";
    const { clock } = this.#workspace;
    clock.after(Math.max(0, startMs + retries.minIntervalMs - clock.now()), () => {
      if (!run.waitsFor) return;
      run.startMs = clock.now();
      void this.#execute(run);
    });
  }

  #queue(run: Run): void {
    run.waitsFor = "room";
    for (const task of run.tasks) if (task.state === "PENDING") task.state = "QUEUED";
    this.#workspace.clock.after(longestQueueMs, () => {
      if (run.waitsFor) this.#skip(run);
    });
  }

  /** Starts the oldest runs of a job that wait, as long as it may have more. */
  #startQueued(jobId: number): void {
    const waiting = this.active(jobId)
      .filter(({ waitsFor }) => waitsFor === "room")
      .reverse();
    for (const run of waiting) {
      if (this.#executing(jobId).length >= run.settings.maxConcurrentRuns) return;
      run.dequeuedMs = this.#workspace.clock.now();
      void this.#execute(run);
    }
  }

  #skip(run: Run): void {
    this.#leave(run, tooManyRuns);
    for (const task of run.tasks) this.#owners.delete(task.runId);
    this.#owners.set(run.runId, run);
    run.tasks = [];
  }

  /** Ends a run that never executed. */
  #leave(run: Run, outcome: Outcome): void {
    const now = this.#workspace.clock.now();
    for (const task of run.tasks) {
      task.abort.abort(outcome);
      task.outcome = outcome;
      task.endMs = now;
    }
    run.waitsFor = undefined;
    endRun(run, outcome, now);
  }
}
