import { organisationId } from "../scim.ts";
import type { LifeCycleState, Outcome } from "./outcome.ts";
import { type Run, stateOf, type TaskRun } from "./run.ts";
import { shownValue } from "./task-parameters.ts";
import type { TaskParameters, TaskProgram } from "./task-program.ts";

/**
 * A run as runs/get returns it, with the old `state` and the new `status`; `withTasks` is for API 2.1 and later. `tasks` has an entry for each
 * attempt of a task, as seen in a workspace: https://github.com/apache/airflow/pull/72313
 * Source: https://docs.databricks.com/api/azure/workspace/jobs/getrun
 */
export function describeRun(
  run: Run,
  baseUrl: string,
  options: { withTasks: boolean; withResolvedValues?: boolean },
): object {
  const [first] = run.tasks;
  const single = run.settings.isSingle ? first : undefined;
  return {
    job_id: run.jobId,
    run_id: run.runId,
    job_run_id: run.runId,
    number_in_job: run.runId,
    original_attempt_run_id: run.originalRunId,
    attempt_number: run.attemptNumber,
    creator_user_name: run.creator.userName,
    run_name: run.settings.name,
    run_page_url: pageUrl(run, run.runId, baseUrl),
    run_type: runTypeOf(run),
    trigger: run.attemptNumber > 0 ? "RETRY" : "ONE_TIME",
    format: run.settings.isSingle ? "SINGLE_TASK" : "MULTI_TASK",
    ...states(stateOf(run), run.outcome, run.tasks.some(isEnding)),
    ...times(run, first?.executionStartMs),
    ...queueTime(run),
    ...(Object.keys(run.notebookParams).length > 0
      ? { overriding_parameters: { notebook_params: run.notebookParams } }
      : {}),
    ...(run.jobParameters.length > 0
      ? {
          job_parameters: run.jobParameters.map((parameter) => ({
            ...parameter,
            value: shownValue(run, parameter.value, baseUrl),
          })),
        }
      : {}),
    ...(single ? { task: programOf(single), ...computeOf(single) } : {}),
    ...(options.withTasks
      ? {
          tasks: run.tasks.map((task) => ({
            ...describeTask(run, task, baseUrl),
            ...(options.withResolvedValues && task.parameters
              ? { resolved_values: resolvedValues(task.settings.program, task.parameters) }
              : {}),
          })),
        }
      : {}),
  };
}

export function runTypeOf(run: Run): "JOB_RUN" | "SUBMIT_RUN" {
  return run.isJobRun ? "JOB_RUN" : "SUBMIT_RUN";
}

/** Settings of a task that its runs repeat. */
const limits = ["timeout_seconds", "max_retries", "min_retry_interval_millis", "retry_on_timeout"];

/** One task of a run. */
export function describeTask(run: Run, task: TaskRun, baseUrl: string): object {
  const { raw } = task.settings;
  const state: LifeCycleState = task.outcome ? task.outcome.lifeCycleState : task.state;
  return {
    run_id: task.runId,
    task_key: task.settings.taskKey,
    attempt_number: task.attemptNumber,
    ...programOf(task, { source: "WORKSPACE" }),
    ...(task.settings.dependsOn.length > 0
      ? { depends_on: task.settings.dependsOn.map((key) => ({ task_key: key })) }
      : {}),
    run_if: task.settings.runIf,
    ...Object.fromEntries(limits.filter((name) => raw[name] !== undefined).map((name) => [name, raw[name]])),
    ...(task.settings.libraries.length > 0 ? { libraries: task.settings.libraries } : {}),
    run_page_url: pageUrl(run, task.runId, baseUrl),
    ...computeOf(task),
    ...states(state, task.outcome, isEnding(task)),
    ...times(task, task.executionStartMs),
  };
}

/** The program as the request gave it. */
function programOf({ settings: { program, raw } }: TaskRun, defaults: object = {}): object {
  const name = program.kind === "notebook" ? "notebook_task" : "spark_python_task";
  return { [name]: { ...defaults, ...(raw[name] as object) } };
}

function resolvedValues(program: TaskProgram, { values, list }: TaskParameters): object {
  return program.kind === "notebook"
    ? { notebook_task: { base_parameters: values } }
    : { spark_python_task: { parameters: list } };
}

function isEnding(task: TaskRun): boolean {
  return task.abort.signal.aborted;
}

function states(state: LifeCycleState, outcome: Outcome | undefined, isCancelled: boolean): object {
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

function queueTime({ waitsFor, startMs, dequeuedMs }: Run): object {
  if (waitsFor !== "room" && dequeuedMs === undefined) return {};
  return { queue_duration: dequeuedMs === undefined ? 0 : Math.round(dequeuedMs - startMs) };
}

/** Milliseconds since 1970, and durations in milliseconds; 0 for what has not happened yet. */
function times(item: { startMs: number; endMs?: number }, executionStartMs: number | undefined): object {
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
  const instance = {
    cluster_id: task.clusterId,
    ...(task.sparkContextId === undefined ? {} : { spark_context_id: String(task.sparkContextId) }),
  };
  return {
    ...(task.clusterId === undefined ? {} : { cluster_instance: instance }),
    ...(compute.kind === "existing" ? { existing_cluster_id: compute.clusterId } : {}),
    ...(compute.kind === "new" ? { new_cluster: raw.new_cluster } : {}),
    ...(compute.kind === "shared" ? { job_cluster_key: compute.key } : {}),
    ...(compute.kind === "serverless" && raw.environment_key ? { environment_key: raw.environment_key } : {}),
  };
}

function pageUrl(run: Run, runId: number, baseUrl: string): string {
  return `${baseUrl}/?o=${organisationId}#job/${run.jobId}/run/${runId}`;
}
