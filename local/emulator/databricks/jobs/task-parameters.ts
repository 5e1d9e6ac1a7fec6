import { organisationId } from "../principal.ts";
import { resolveReferences, timeField, UnresolvedReference } from "./dynamic-values.ts";
import { lastAttempts, type Run, type TaskRun } from "./run.ts";
import type { TaskParameters } from "./task-program.ts";

/**
 * The parameters of a task. A Python file gets those of its task only. The widgets of a notebook get its base parameters, over which the parameters of the job win, as they are pushed down to each
 * notebook task; or, for a job without parameters, the notebook_params of run-now. A job parameter has no values of tasks, since some of its
 * tasks run before those. Throws UnresolvedReference.
 * Source: https://learn.microsoft.com/azure/databricks/jobs/job-parameters#job-parameter-pushdown
 */
export function parametersOf(run: Run, task: TaskRun, workspaceUrl: string): TaskParameters {
  const inTask = (reference: readonly string[]) => valueInTask(reference, run, task, workspaceUrl);
  const jobParameters = new Map(
    run.jobParameters.map(({ name, value }) => [name, resolveReferences(value, inTask)]),
  );
  const lookUp = (reference: readonly string[]) => {
    if (isParameter(reference)) return parameterIn(jobParameters, reference[2] as string);
    return isOfOtherTask(reference) ? valueOfOtherTask(reference, run) : inTask(reference);
  };
  const { program } = task.settings;
  if (program.kind === "script")
    return { values: {}, list: program.parameters.map((text) => resolveReferences(text, lookUp)) };
  const resolved = (texts: Record<string, string>) =>
    Object.entries(texts).map(([name, text]) => [name, resolveReferences(text, lookUp)] as const);
  const values = Object.fromEntries([
    ...resolved(program.baseParameters),
    ...jobParameters,
    ...resolved(run.notebookParams),
  ]);
  return { values, list: [] };
}

/** The value of a job parameter as runs/get shows it: references to the task that it is pushed down to stay. */
export function shownValue(run: Run, value: string, workspaceUrl: string): string {
  return resolveReferences(value, (reference) => valueInRun(reference, run, workspaceUrl));
}

/** Source: https://learn.microsoft.com/azure/databricks/jobs/dynamic-value-references, also for the deprecated forms. */
function valueInTask(
  reference: readonly string[],
  run: Run,
  task: TaskRun,
  workspaceUrl: string,
): string | undefined {
  const own: Record<string, string | number> = {
    "task.name": task.settings.taskKey,
    "task.run_id": task.runId,
    "task.execution_count": task.attemptNumber + 1,
    ...notebookPath("task.notebook_path", task),
    run_id: task.runId,
    task_key: task.settings.taskKey,
    task_retry_count: task.attemptNumber,
  };
  const name = reference.join(".");
  return Object.hasOwn(own, name) ? String(own[name]) : valueInRun(reference, run, workspaceUrl);
}

function valueInRun(reference: readonly string[], run: Run, workspaceUrl: string): string | undefined {
  const [namespace, second, third] = reference;
  if (namespace === "job" && second === "start_time") return timeField(run.startMs, third ?? "");
  if (namespace === "job" && second === "trigger" && third === "time")
    return timeField(run.startMs, reference[3] ?? "");
  const values: Record<string, string | number> = {
    "job.id": run.jobId,
    "job.name": run.settings.name,
    "job.run_id": run.runId,
    "job.repair_count": run.parts.length - 1,
    "job.trigger.type": "one_time",
    "workspace.id": organisationId,
    "workspace.url": workspaceUrl,
    job_id: run.jobId,
    parent_run_id: run.runId,
    start_date: timeField(run.startMs, "iso_date") as string,
    start_time: Math.round(run.startMs),
  };
  const name = reference.join(".");
  return Object.hasOwn(values, name) ? String(values[name]) : undefined;
}

function valueOfOtherTask(reference: readonly string[], run: Run): string | undefined {
  const [, taskKey, field, key] = reference as [string, string, string, string?];
  const task = lastAttempts(run.tasks).find(({ settings }) => settings.taskKey === taskKey);
  const shown = `{{${reference.join(".")}}}`;
  if (!task) throw new UnresolvedReference(`Failed to resolve ${shown}: the run has no task '${taskKey}'.`); // unconfirmed wording
  if (field === "values") {
    const value = run.taskValues.get(taskKey)?.get(key as string);
    if (value === undefined)
      throw new UnresolvedReference(`Task value referenced by ${shown} was not found.`); // unconfirmed wording
    return typeof value === "string" ? value : JSON.stringify(value);
  }
  const { outcome, runId, attemptNumber } = task;
  const fields: Record<string, string | number | undefined> = {
    run_id: runId,
    // Lower case, as in the list of the documentation.
    result_state: outcome?.resultState.toLowerCase(),
    error_code: outcome && (outcome.resultState === "SUCCESS" ? "" : camelCase(outcome.code)),
    execution_count: attemptNumber + 1,
    ...notebookPath("notebook_path", task),
  };
  const value = fields[field];
  if (value === undefined)
    throw new UnresolvedReference(`Failed to resolve ${shown}: task '${taskKey}' has not ended.`); // unconfirmed wording
  return String(value);
}

function notebookPath(name: string, { settings: { program } }: TaskRun): Record<string, string> {
  return program.kind === "notebook" ? { [name]: program.path } : {};
}

function isParameter(reference: readonly string[]): boolean {
  return reference.length === 3 && reference[0] === "job" && reference[1] === "parameters";
}

function isOfOtherTask(reference: readonly string[]): boolean {
  return reference.length > 2 && reference[0] === "tasks";
}

function parameterIn(parameters: ReadonlyMap<string, string>, name: string): string {
  const value = parameters.get(name);
  if (value !== undefined) return value;
  throw new UnresolvedReference(
    `Failed to resolve {{job.parameters.${name}}}: the run has no such parameter.`,
  ); // unconfirmed wording
}

/** `RUN_EXECUTION_ERROR` as the documentation shows it: `RunExecutionError`. */
function camelCase(code: string): string {
  return code.replace(/_?([A-Z])([A-Z]*)/g, (_, first: string, rest: string) => first + rest.toLowerCase());
}
