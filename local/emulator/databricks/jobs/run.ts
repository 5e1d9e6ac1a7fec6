import type { ExecutionResult } from "../../../driver/execution-result.ts";
import type { Principal } from "../principal.ts";
import type { JobParameter } from "./job-parameters.ts";
import type { LogTail } from "./log-tail.ts";
import type { LifeCycleState, Outcome } from "./outcome.ts";
import type { RunSettings } from "./run-settings.ts";
import type { TaskParameters } from "./task-program.ts";
import type { TaskSettings } from "./task-settings.ts";

/** A state of something that has not ended. */
type ActiveState = Exclude<LifeCycleState, Outcome["lifeCycleState"]>;

/** One attempt of a task. */
export interface TaskRun {
  runId: number;
  /** 0 for the first attempt. */
  attemptNumber: number;
  /** The number of its first attempt in the same part of the run: another than 0 only in a repair. */
  firstAttemptNumber: number;
  settings: TaskSettings;
  state: ActiveState;
  outcome?: Outcome;
  clusterId?: string;
  sparkContextId?: number;
  startMs: number;
  executionStartMs?: number;
  endMs?: number;
  /** Undefined until the attempt starts. */
  parameters?: TaskParameters;
  result?: ExecutionResult;
  /** What a Python file has printed so far. */
  logs?: LogTail;
  /** Aborted, with the outcome as its reason, to end the task. */
  abort: AbortController;
}

/** The first execution of a run, or a repair. Source: https://docs.databricks.com/api/azure/workspace/jobs/getrun (repair_history) */
export interface RunPart {
  /** Undefined for the first execution. */
  repairId?: number;
  startMs: number;
  endMs?: number;
  outcome?: Outcome;
  /** The attempts of tasks that were made in it. */
  taskRunIds: number[];
}

export interface Run {
  runId: number;
  jobId: number;
  /** Whether run-now started it, and not runs/submit. */
  isJobRun: boolean;
  settings: RunSettings;
  /** Every attempt of each task. */
  tasks: TaskRun[];
  creator: Principal;
  startMs: number;
  /** 0, unless it repeats a run of a job that has one task without `tasks`, as in API 2.0. */
  attemptNumber: number;
  originalRunId: number;
  /** What the run waits for before it executes: that its job may have another run, or the time of its retry. */
  waitsFor?: "room" | "retry" | undefined;
  /** When it left the queue; undefined if it never had to wait, or still does. */
  dequeuedMs?: number;
  endMs?: number;
  outcome?: Outcome;
  /** The first execution, then the repairs, oldest first. */
  parts: [RunPart, ...RunPart[]];
  idempotencyToken?: string;
  jobParameters: JobParameter[];
  /** notebook_params of run-now: they win over base parameters. */
  notebookParams: Record<string, string>;
  /** The values that tasks set with dbutils.jobs.taskValues, by task key and key. */
  taskValues: Map<string, Map<string, unknown>>;
}

export type RunRequest = Pick<Run, "settings" | "creator" | "jobId" | "isJobRun"> & {
  idempotencyToken?: string | undefined;
  jobParameters?: JobParameter[];
  notebookParams?: Record<string, string>;
  retryOf?: Run;
};

/** A run before its first task starts. */
export function newRun(request: RunRequest, { newId, now }: { newId: () => number; now: number }): Run {
  const { settings, creator, jobId, isJobRun, idempotencyToken, retryOf } = request;
  const runId = newId();
  const tasks = settings.tasks.map((task) => newAttempt(task, settings.isSingle ? runId : newId(), now));
  return {
    runId,
    jobId,
    isJobRun,
    settings,
    tasks,
    creator,
    startMs: now,
    attemptNumber: retryOf ? retryOf.attemptNumber + 1 : 0,
    originalRunId: retryOf?.originalRunId ?? runId,
    parts: [{ startMs: now, taskRunIds: tasks.map((task) => task.runId) }],
    jobParameters: request.jobParameters ?? [],
    notebookParams: request.notebookParams ?? {},
    taskValues: new Map(),
    ...(idempotencyToken === undefined ? {} : { idempotencyToken }),
  };
}

/** The first attempt of a task, in a run or in one of its repairs. */
export function newAttempt(settings: TaskSettings, runId: number, now: number, attemptNumber = 0): TaskRun {
  return {
    runId,
    attemptNumber,
    firstAttemptNumber: attemptNumber,
    settings,
    state: settings.dependsOn.length > 0 ? "BLOCKED" : "PENDING",
    startMs: now,
    abort: new AbortController(),
  };
}

/** The attempt of a task that follows a failed one. */
export function nextAttempt(failed: TaskRun, runId: number, now: number): TaskRun {
  return {
    ...newAttempt(failed.settings, runId, now, failed.attemptNumber + 1),
    firstAttemptNumber: failed.firstAttemptNumber,
    state: "WAITING_FOR_RETRY",
  };
}

/** Ends a run, or its repair. */
export function endRun(run: Run, outcome: Outcome, now: number): void {
  run.endMs = now;
  run.outcome = outcome;
  Object.assign(run.parts.at(-1) as RunPart, { endMs: now, outcome });
}

/** A run is RUNNING from the start of its first task to the end of its last. */
export function stateOf(run: Run): LifeCycleState {
  if (run.outcome) return run.outcome.lifeCycleState;
  if (run.waitsFor) return run.waitsFor === "room" ? "QUEUED" : "WAITING_FOR_RETRY";
  const active = run.tasks.filter((task) => !task.outcome);
  if (active.length > 0 && active.every((task) => task.abort.signal.aborted)) return "TERMINATING";
  const hasBegun = run.tasks.some((task) => task.executionStartMs !== undefined || task.outcome);
  return hasBegun ? "RUNNING" : "PENDING";
}

/** The last attempt of each task. */
export function lastAttempts(tasks: readonly TaskRun[]): TaskRun[] {
  return [...new Map(tasks.map((task) => [task.settings.taskKey, task])).values()];
}
