import { organisationId } from "../principal.ts";
import type { LifeCycleState, Outcome } from "./outcome.ts";
import type { Run, TaskRun } from "./run.ts";
import type { TaskParameters } from "./task-program.ts";
import { shownProgram } from "./task-program.ts";

/** Settings of a task that its runs repeat. */
const repeated = [
  "description",
  "timeout_seconds",
  "max_retries",
  "min_retry_interval_millis",
  "retry_on_timeout",
  "disabled",
  "disable_auto_optimization",
  "email_notifications",
  "webhook_notifications",
  "notification_settings",
];

/** One attempt of a task, as the entry of `tasks` in a run. Source: https://docs.databricks.com/api/azure/workspace/jobs/getrun (tasks) */
export function describeTask(run: Run, task: TaskRun, baseUrl: string): object {
  const { raw } = task.settings;
  return {
    run_id: task.runId,
    task_key: task.settings.taskKey,
    attempt_number: task.attemptNumber,
    ...shownProgram(raw),
    ...(task.settings.dependsOn.length > 0
      ? { depends_on: task.settings.dependsOn.map((key) => ({ task_key: key })) }
      : {}),
    run_if: task.settings.runIf,
    ...Object.fromEntries(
      repeated.filter((name) => raw[name] !== undefined).map((name) => [name, raw[name]]),
    ),
    ...(task.settings.libraries.length > 0 ? { libraries: task.settings.libraries } : {}),
    run_page_url: pageUrl(run, task.runId, baseUrl),
    ...computeOf(task),
    ...instanceOf(task),
    ...taskStates(task),
    ...times(task, task.executionStartMs),
  };
}

/**
 * One attempt of a task as a run of its own: what runs/get returns for the run id of a task, and get-output as `metadata`. It has the task in
 * `task` and its compute in `cluster_spec`, by which clients of get-output find the notebook (https://github.com/microsoft/nutter,
 * common/apiclientresults.py).
 */
export function describeTaskRun(run: Run, task: TaskRun, baseUrl: string): object {
  const first = run.tasks.find(({ settings }) => settings.taskKey === task.settings.taskKey) ?? task;
  return {
    job_id: run.jobId,
    job_run_id: run.runId,
    number_in_job: task.runId,
    original_attempt_run_id: run.settings.isSingle ? run.originalRunId : first.runId,
    creator_user_name: run.creator.userName,
    run_name: run.settings.name,
    run_type: runTypeOf(run),
    trigger: triggerOf(run),
    ...describeTask(run, task, baseUrl),
    ...taskAndCompute(task),
  };
}

/** `task` and `cluster_spec`, in which API 2.0 has the only task of a run. */
export function taskAndCompute(task: TaskRun): object {
  const { libraries, raw } = task.settings;
  return {
    task: shownProgram(raw),
    cluster_spec: { ...computeOf(task), ...(libraries.length > 0 ? { libraries } : {}) },
    ...instanceOf(task),
  };
}

export function resolvedValues({ settings }: TaskRun, { values, list }: TaskParameters): object {
  return settings.program.kind === "notebook"
    ? { notebook_task: { base_parameters: values } }
    : { spark_python_task: { parameters: list } };
}

export function runTypeOf(run: Run): "JOB_RUN" | "SUBMIT_RUN" {
  return run.isJobRun ? "JOB_RUN" : "SUBMIT_RUN";
}

export function triggerOf(run: Run): "RETRY" | "ONE_TIME" {
  return run.attemptNumber > 0 ? "RETRY" : "ONE_TIME";
}

function taskStates(task: TaskRun): object {
  const state: LifeCycleState = task.outcome ? task.outcome.lifeCycleState : task.state;
  return states(state, task.outcome, isEnding(task));
}

export function isEnding(task: TaskRun): boolean {
  return task.abort.signal.aborted;
}

/** The old `state` and the new `status`. */
export function states(state: LifeCycleState, outcome: Outcome | undefined, isCancelled: boolean): object {
  const pendingMessage = state === "PENDING" ? "Waiting for cluster" : state === "RUNNING" ? "In run" : "";
  return {
    state: {
      life_cycle_state: state,
      ...(outcome ? { result_state: outcome.resultState } : {}),
      state_message: outcome ? outcome.message : pendingMessage,
      user_cancelled_or_timedout: isCancelled,
    },
    status: {
      // The new states have neither INTERNAL_ERROR nor SKIPPED: such runs are TERMINATED, with the reason in the details.
      state: outcome ? "TERMINATED" : state === "WAITING_FOR_RETRY" ? "WAITING" : state,
      ...(state === "QUEUED" ? { queue_details: queueDetails } : {}),
      ...(outcome
        ? { termination_details: { code: outcome.code, type: outcome.type, message: outcome.message } }
        : {}),
    },
  };
}

const queueDetails = {
  code: "MAX_CONCURRENT_RUNS_REACHED",
  message: "Queued due to reaching the per-job limit of concurrent job runs.", // unconfirmed wording
};

/** Milliseconds since 1970, and durations in milliseconds; 0 for what has not happened yet. */
export function times(
  item: { startMs: number; endMs?: number },
  executionStartMs: number | undefined,
): object {
  const executionMs =
    executionStartMs === undefined ? 0 : (item.endMs ?? executionStartMs) - executionStartMs;
  const setupMs = (executionStartMs ?? item.endMs ?? item.startMs) - item.startMs;
  return {
    start_time: Math.round(item.startMs),
    end_time: Math.round(item.endMs ?? 0),
    setup_duration: Math.round(setupMs),
    execution_duration: Math.round(executionMs),
    cleanup_duration: 0,
    run_duration: Math.round((item.endMs ?? item.startMs) - item.startMs),
  };
}

function computeOf(task: TaskRun): object {
  const { compute, raw } = task.settings;
  return {
    ...(compute.kind === "existing" ? { existing_cluster_id: compute.clusterId } : {}),
    ...(compute.kind === "new" ? { new_cluster: raw.new_cluster } : {}),
    ...(compute.kind === "shared" ? { job_cluster_key: compute.key } : {}),
    ...(compute.kind === "serverless" && raw.environment_key ? { environment_key: raw.environment_key } : {}),
  };
}

function instanceOf({ clusterId, sparkContextId }: TaskRun): object {
  if (clusterId === undefined) return {};
  const context = sparkContextId === undefined ? {} : { spark_context_id: String(sparkContextId) };
  return { cluster_instance: { cluster_id: clusterId, ...context } };
}

export function pageUrl(run: Run, runId: number, baseUrl: string): string {
  return `${baseUrl}/?o=${organisationId}#job/${run.jobId}/run/${runId}`;
}
