import type { JsonObject } from "../../http/request.ts";
import { invalidParameter } from "../errors.ts";
import { Fields } from "../fields.ts";
import { notImplemented, refuseUnsupported, unsupportedInNotebooks } from "../unsupported.ts";
import { checkReferences } from "./dynamic-values.ts";

/** What a task runs. */
export type TaskProgram =
  | { kind: "notebook"; path: string; baseParameters: Record<string, string> }
  | { kind: "script"; file: string; parameters: string[] };

/** What a task's program gets: the widgets of a notebook, or the arguments of a Python file. */
export interface TaskParameters {
  values: Record<string, string>;
  list: string[];
}

export const taskKinds = [
  "notebook_task",
  "spark_python_task",
  "spark_jar_task",
  "spark_submit_task",
  "python_wheel_task",
  "pipeline_task",
  "sql_task",
  "dbt_task",
  "run_job_task",
  "condition_task",
  "for_each_task",
  "ai_runtime_task",
  "alert_task",
  "clean_rooms_notebook_task",
  "dashboard_task",
  "dbt_cloud_task",
  "dbt_platform_task",
  "gen_ai_compute_task",
  "power_bi_task",
  "python_operator_task",
];
/** Source: https://docs.databricks.com/api/azure/workspace/jobs/submit (base_parameters) */
const maxBaseParameterBytes = 1024 * 1024;

export function readProgram(fields: Fields, taskKey: string, isOfGit: boolean): TaskProgram {
  const [kind, ...others] = taskKinds.filter((name) => fields.has(name));
  if (!kind || others.length > 0)
    throw invalidParameter(`Task ${taskKey} must have exactly one task type, e.g. notebook_task.`);
  const notebook = fields.object("notebook_task");
  if (notebook) return readNotebook(notebook, isOfGit);
  const script = fields.object("spark_python_task");
  if (script) return readScript(script, isOfGit);
  throw notImplemented(`The local workspace runs notebook and Python script tasks, not ${kind}.`);
}

/** The program of a task, given as by a request, as the platform shows it: with the source, and with maps in the form of maps. */
export function shownProgram(task: JsonObject): JsonObject {
  const fields = new Fields(task);
  const shown: JsonObject = {};
  for (const name of ["notebook_task", "spark_python_task"]) {
    const program = fields.object(name);
    if (program) shown[name] = { source: "WORKSPACE", ...program.withMaps(["base_parameters"]) };
  }
  return shown;
}

function readNotebook(notebook: Fields, isOfGit: boolean): TaskProgram {
  refuseUnsupported(notebook, unsupportedInNotebooks);
  requireWorkspaceSource(notebook, isOfGit, "notebooks");
  const path = notebook.requiredString("notebook_path");
  if (!path.startsWith("/")) {
    throw invalidParameter(
      "Only absolute notebook paths are currently supported. Paths must begin with '/'.",
    );
  }
  const baseParameters = notebook.strings("base_parameters");
  if (Buffer.byteLength(JSON.stringify(baseParameters)) > maxBaseParameterBytes) {
    throw invalidParameter("The JSON representation of base_parameters cannot exceed 1MB.");
  }
  for (const text of Object.values(baseParameters)) checkReferences(text);
  return { kind: "notebook", path, baseParameters };
}

/** Source: https://docs.databricks.com/api/azure/workspace/jobs/submit (spark_python_task) */
function readScript(script: Fields, isOfGit: boolean): TaskProgram {
  const file = script.requiredString("python_file");
  requireWorkspaceSource(script, isOfGit, "Python files");
  if (/^(?!dbfs:)\w+:/.test(file))
    throw notImplemented(`The local workspace runs Python files of the workspace, DBFS and volumes: ${file}`);
  if (!/^(dbfs:)?\//.test(file))
    throw invalidParameter(`Only absolute paths of Python files are currently supported: ${file}`); // unconfirmed wording
  const parameters = script.list("parameters").map(String);
  for (const text of parameters) checkReferences(text);
  return { kind: "script", file, parameters };
}

/**
 * "If the value is empty, the task will use GIT if git_source is defined and WORKSPACE otherwise."
 * Source: https://docs.databricks.com/api/azure/workspace/jobs/create (notebook_task.source)
 */
function requireWorkspaceSource(program: Fields, isOfGit: boolean, what: string): void {
  const source = program.string("source") ?? (isOfGit ? "GIT" : "WORKSPACE");
  if (source === "GIT")
    throw notImplemented(`The local workspace runs ${what} of the workspace, not of a Git repository.`);
}
