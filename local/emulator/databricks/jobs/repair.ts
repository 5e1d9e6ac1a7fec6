import { invalidParameter, invalidState } from "../errors.ts";
import type { Fields } from "../fields.ts";
import { lastAttempts, type Run } from "./run.ts";

/**
 * The keys of the tasks that runs/repair runs again. Refuses a run that is active, and a request that does not name the last repair.
 * Source: https://docs.databricks.com/api/azure/workspace/jobs/repairrun
 */
export function tasksToRepair(run: Run, fields: Fields): ReadonlySet<string> {
  // "The run must not be in progress."
  if (!run.outcome) throw invalidState(`Run ${run.runId} is still active and cannot be repaired.`); // unconfirmed wording
  const latest = run.parts.at(-1)?.repairId;
  // Worded as in https://github.com/databricks/databricks-sdk-py/discussions/158
  if (latest !== undefined && fields.integer("latest_repair_id") !== latest)
    throw invalidParameter("The latest repair ID needs to be provided in order to create a new repair");
  const keys = chosen(run, fields);
  if (fields.boolean("rerun_dependent_tasks")) addDependents(run, keys);
  return keys;
}

function chosen(run: Run, fields: Fields): Set<string> {
  const named = fields.list("rerun_tasks").map(String);
  const allFailed = fields.boolean("rerun_all_failed_tasks");
  if (named.length > 0 === allFailed)
    throw invalidParameter("Exactly one of rerun_tasks and rerun_all_failed_tasks must be specified."); // unconfirmed wording
  // Worded as in https://github.com/apache/airflow/pull/69998
  if (new Set(named).size < named.length)
    throw invalidParameter("rerun_tasks cannot contain duplicate task keys.");
  const attempts = lastAttempts(run.tasks);
  const known = new Set(attempts.map(({ settings }) => settings.taskKey));
  const unknown = named.find((key) => !known.has(key));
  if (unknown !== undefined) throw invalidParameter(`Task ${unknown} does not exist in run ${run.runId}.`); // unconfirmed wording
  if (named.length > 0) return new Set(named);
  const failed = attempts.filter(({ outcome }) => !successful.has(outcome?.resultState ?? ""));
  if (failed.length === 0) throw invalidParameter(`Run ${run.runId} has no failed task.`); // unconfirmed wording
  return new Set(failed.map(({ settings }) => settings.taskKey));
}

const successful: ReadonlySet<string> = new Set(["SUCCESS", "SUCCESS_WITH_FAILURES", "EXCLUDED", "DISABLED"]);

function addDependents(run: Run, keys: Set<string>): void {
  const size = keys.size;
  for (const { settings } of run.tasks)
    if (settings.dependsOn.some((key) => keys.has(key))) keys.add(settings.taskKey);
  if (keys.size > size) addDependents(run, keys);
}
