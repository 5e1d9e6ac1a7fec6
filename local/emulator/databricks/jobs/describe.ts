import {
  describeTask,
  isEnding,
  pageUrl,
  resolvedValues,
  runTypeOf,
  states,
  taskAndCompute,
  times,
  triggerOf,
} from "./describe-task.ts";
import { type Run, type RunPart, stateOf } from "./run.ts";
import { shownValue } from "./task-parameters.ts";

interface RunView {
  /** The version of the API: 2.0 has the only task of a run that was given without `tasks` in `task`, later versions in `tasks`. */
  version: string;
  withTasks: boolean;
  withResolvedValues?: boolean;
  /** Whether `repair_history` is asked for. */
  withHistory?: boolean;
}

/**
 * A run as runs/get returns it, with the old `state` and the new `status`. `tasks` has an entry for each attempt of a task, as seen in a
 * workspace: https://github.com/apache/airflow/pull/72313. In API 2.0, a run without `tasks` has `task`; since 2.1, all runs have `tasks`:
 * https://github.com/astronomer/astronomer-cosmos/pull/162.
 * Source: https://docs.databricks.com/api/azure/workspace/jobs/getrun
 */
export function describeRun(run: Run, baseUrl: string, view: RunView): object {
  const [first] = run.tasks;
  const isSingle = run.settings.isSingle && view.version === "2.0";
  return {
    job_id: run.jobId,
    run_id: run.runId,
    job_run_id: run.runId,
    number_in_job: run.runId,
    original_attempt_run_id: run.originalRunId,
    attempt_number: run.attemptNumber,
    creator_user_name: run.creator.userName,
    run_name: run.settings.name,
    ...(run.settings.description === undefined ? {} : { description: run.settings.description }),
    run_page_url: pageUrl(run, run.runId, baseUrl),
    run_type: runTypeOf(run),
    trigger: triggerOf(run),
    format: isSingle ? "SINGLE_TASK" : "MULTI_TASK",
    ...states(stateOf(run), run.outcome, run.tasks.some(isEnding)),
    ...times(run, first?.executionStartMs),
    // "The setup_duration field is set to 0 for multitask job runs."
    ...(run.settings.tasks.length > 1 ? { setup_duration: 0, execution_duration: 0 } : {}),
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
    ...(isSingle && first ? taskAndCompute(first) : {}),
    ...(view.withTasks && !isSingle ? { ...jobClusters(run), tasks: tasksOf(run, baseUrl, view) } : {}),
    ...(view.withHistory ? { repair_history: run.parts.map((part) => describePart(run, part)) } : {}),
  };
}

function tasksOf(run: Run, baseUrl: string, view: RunView): object[] {
  return run.tasks.map((task) => ({
    ...describeTask(run, task, baseUrl),
    ...(view.withResolvedValues && task.parameters
      ? { resolved_values: resolvedValues(task, task.parameters) }
      : {}),
  }));
}

function jobClusters({ settings }: Run): object {
  if (settings.sharedClusters.size === 0) return {};
  const clusters = [...settings.sharedClusters].map(([key, { spec }]) => ({
    job_cluster_key: key,
    new_cluster: spec,
  }));
  return { job_clusters: clusters };
}

function describePart(run: Run, { repairId, startMs, endMs, outcome, taskRunIds }: RunPart): object {
  return {
    ...(repairId === undefined ? { type: "ORIGINAL" } : { type: "REPAIR", id: repairId }),
    start_time: Math.round(startMs),
    end_time: Math.round(endMs ?? 0),
    ...states(outcome?.lifeCycleState ?? stateOf(run), outcome, false),
    task_run_ids: taskRunIds,
  };
}

function queueTime({ waitsFor, startMs, dequeuedMs }: Run): object {
  if (waitsFor !== "room" && dequeuedMs === undefined) return {};
  return { queue_duration: dequeuedMs === undefined ? 0 : Math.round(dequeuedMs - startMs) };
}
