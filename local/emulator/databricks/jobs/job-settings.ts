import type { JsonObject } from "../../http/request.ts";
import { invalidParameter } from "../errors.ts";
import { Fields } from "../fields.ts";
import { keyOfSingleTask } from "./run-settings.ts";
import { shownProgram, taskKinds } from "./task-program.ts";

/**
 * The arrays that jobs/update merges, by the field that names an entry. The reference names the first two as examples of arrays that are merged
 * by "the respective key fields". Source: https://docs.databricks.com/api/azure/workspace/jobs/update (new_settings)
 */
const keyFields: Record<string, string> = {
  tasks: "task_key",
  job_clusters: "job_cluster_key",
  environments: "environment_key",
  parameters: "name",
};

/** Arrays of which fields_to_remove can name an entry, as in `tasks/task_1`. */
const removable = ["tasks", "job_clusters"];

/** The settings of a job after jobs/update. Source: https://docs.databricks.com/api/azure/workspace/jobs/update */
export function updatedSettings(settings: JsonObject, fields: Fields): JsonObject {
  const changed = fields.object("new_settings")?.raw() ?? {};
  const updated = changed.tasks ? withTasks(settings) : { ...settings };
  for (const path of fields.list("fields_to_remove").map(String)) remove(updated, path);
  for (const [name, value] of Object.entries(changed)) {
    const key = keyFields[name];
    updated[name] = key && Array.isArray(value) ? merged(updated, name, key, value) : value;
  }
  return updated;
}

/**
 * Settings as jobs/get shows them, with what the platform adds. In the reference, each of these fields has a default
 * (https://docs.databricks.com/api/azure/workspace/jobs/get); that it is also shown is known from answers of the platform. Since API 2.1, a job
 * that was created without `tasks` is shown with them ("responses are structured in the multi-task format"):
 * https://learn.microsoft.com/azure/databricks/reference/jobs-api-2-1-updates
 */
export function shownSettings(settings: JsonObject, version: string): JsonObject {
  const { access_control_list: _list, idempotency_token: _token, ...given } = settings;
  const shown = version === "2.0" ? given : withTasks(given);
  const tasks = new Fields(shown).objects("tasks").map((task) => shownTask(task.raw()));
  return {
    ...shownDefaults,
    max_concurrent_runs: 1,
    ...shown,
    ...(tasks.length > 0 ? { tasks } : shownProgram(shown)),
    name: nameIn(settings),
    format: tasks.length > 0 ? "MULTI_TASK" : "SINGLE_TASK",
  };
}

/** The name of a job with these settings. */
export function nameIn(settings: JsonObject): string {
  return String(settings.name ?? "Untitled");
}

/** Settings that belong to the task since API 2.1. */
const taskFields = [
  ...taskKinds,
  "existing_cluster_id",
  "new_cluster",
  "libraries",
  "max_retries",
  "min_retry_interval_millis",
  "retry_on_timeout",
];

/** Settings in the multi-task format. */
function withTasks(settings: JsonObject): JsonObject {
  const fields = Object.entries(settings);
  const others = Object.fromEntries(fields.filter(([name]) => !taskFields.includes(name)));
  if (new Fields(settings).list("tasks").length > 0) return others;
  const task = Object.fromEntries(fields.filter(([name]) => taskFields.includes(name)));
  return { ...others, tasks: [{ task_key: keyOfSingleTask(nameIn(settings)), ...task }] };
}

/** Settings as jobs/list shows them without `expand_tasks`. Source: https://docs.databricks.com/api/azure/workspace/jobs/list */
export function withoutTasks(settings: JsonObject): JsonObject {
  const { tasks: _tasks, job_clusters: _clusters, ...others } = settings;
  return others;
}

const shownDefaults = { email_notifications: {}, webhook_notifications: {}, timeout_seconds: 0 };

function shownTask(task: JsonObject): JsonObject {
  return { ...shownDefaults, run_if: "ALL_SUCCESS", ...task, ...shownProgram(task) };
}

function merged(settings: JsonObject, name: string, keyField: string, added: unknown[]): JsonObject[] {
  const entries = [...entriesOf(settings, name), ...new Fields({ [name]: added }).objects(name)];
  const byKey = new Map(entries.map((entry) => [entry.requiredString(keyField), entry.raw()]));
  return [...byKey.values()];
}

function remove(settings: JsonObject, path: string): void {
  const [name, key, ...rest] = path.split("/") as [string, ...string[]];
  if (key === undefined) {
    delete settings[name];
    return;
  }
  const keyField = keyFields[name];
  if (!removable.includes(name) || !keyField || rest.length > 0) {
    throw invalidParameter(
      `Cannot remove the nested field '${path}': only entries of ${removable.join(" and ")} can be removed.`,
    ); // unconfirmed wording
  }
  settings[name] = entriesOf(settings, name)
    .filter((entry) => entry.string(keyField) !== key)
    .map((entry) => entry.raw());
}

function entriesOf(settings: JsonObject, name: string): Fields[] {
  return new Fields(settings).objects(name);
}
