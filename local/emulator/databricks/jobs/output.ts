import { invalidParameter } from "../errors.ts";
import { describeTaskRun } from "./describe-task.ts";
import type { Run, TaskRun } from "./run.ts";

const maxResultBytes = 5 * 1024 * 1024;

/**
 * The output of a task run: the exit value's first 5 MB, or the error. `result` is absent if the notebook never called
 * `dbutils.notebook.exit`. That of a Python file is what it printed. Source: https://docs.databricks.com/api/azure/workspace/jobs/getrunoutput
 */
export function describeOutput(run: Run, task: TaskRun | undefined, baseUrl: string): object {
  if (!task) {
    throw invalidParameter(
      "Retrieving the output of runs with multiple tasks is not supported. Please retrieve the output of each individual task run instead.",
    );
  }
  const metadata = describeTaskRun(run, task, baseUrl);
  const { result, outcome } = task;
  const logs = task.logs?.describe();
  // A notebook that failed, or still runs, has an empty output: https://github.com/microsoft/nutter reads its state from there.
  const isNotebook = task.settings.program.kind === "notebook";
  const empty = isNotebook ? { notebook_output: {} } : {};
  if (result?.error) {
    const { name, message, trace } = result.error;
    const error = message ? `${name}: ${message}` : name;
    return { metadata, ...empty, ...logs, error, error_trace: trace };
  }
  if (outcome && outcome.resultState !== "SUCCESS")
    return { metadata, ...empty, ...logs, error: outcome.message };
  if (!result || !isNotebook) return { metadata, ...empty, ...logs };
  return {
    metadata,
    notebook_output: truncated(result.exited ? (result.exitValue ?? "") : undefined),
  };
}

function truncated(value: string | undefined): { result?: string; truncated: boolean } {
  if (value === undefined) return { truncated: false };
  const bytes = Buffer.from(value, "utf8");
  if (bytes.length <= maxResultBytes) return { result: value, truncated: false };
  // A character cut in two at the end is dropped rather than replaced.
  const text = new TextDecoder("utf-8").decode(bytes.subarray(0, maxResultBytes), { stream: true });
  return { result: text, truncated: true };
}
