import type { CellOutput, CellResult } from "../../../driver/driver.ts";
import { invalidParameter } from "../errors.ts";
import { describeRun, describeTask } from "./describe.ts";
import type { Run, TaskRun } from "./run.ts";

const maxResultBytes = 5 * 1024 * 1024;

/**
 * What a task run left: the exit value's first 5 MB, or the error. `result` is absent where the notebook never called
 * `dbutils.notebook.exit`. Source: https://docs.databricks.com/api/azure/workspace/jobs/getrunoutput
 */
export function describeOutput(run: Run, task: TaskRun | undefined, baseUrl: string): object {
  if (!task) {
    throw invalidParameter(
      "Retrieving the output of runs with multiple tasks is not supported. Please retrieve the output of each individual task run instead.",
    );
  }
  const metadata = run.settings.isSingle
    ? describeRun(run, baseUrl, { withTasks: false })
    : {
        job_id: run.jobId,
        run_name: run.settings.name,
        creator_user_name: run.creator.userName,
        ...describeTask(run, task, baseUrl),
      };
  const { result, outcome } = task;
  if (result?.error) {
    const { name, message, trace } = result.error;
    return { metadata, error: message ? `${name}: ${message}` : name, error_trace: trace };
  }
  if (outcome && outcome.resultState !== "SUCCESS") return { metadata, error: outcome.message };
  if (!result) return { metadata };
  return {
    metadata,
    notebook_output: { ...truncated(result.exited ? (result.exitValue ?? "") : undefined) },
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

/** The executed notebook as a page. Source: https://docs.databricks.com/api/azure/workspace/jobs/exportrun */
export function exportView(task: TaskRun): { name: string; type: "NOTEBOOK"; content: string } {
  const name = task.settings.notebookPath.split("/").at(-1) as string;
  const cells = (task.result?.cells ?? []).map(cellHtml).join("\n");
  return {
    name,
    type: "NOTEBOOK",
    content: `<!DOCTYPE html>\n<html><head><meta charset="utf-8"><title>${escapeHtml(name)}</title></head>\n<body>\n${cells}\n</body></html>\n`,
  };
}

function cellHtml(cell: CellResult): string {
  const outputs = cell.outputs.map(outputHtml).join("");
  return `<section class="${cell.state}"><pre class="source">${escapeHtml(cell.source)}</pre>${outputs}</section>`;
}

function outputHtml(output: CellOutput): string {
  const text =
    output.type === "stream"
      ? output.text
      : (output.data["text/plain"] ?? Object.values(output.data)[0] ?? "");
  return `<pre class="output">${escapeHtml(text)}</pre>`;
}

function escapeHtml(text: string): string {
  const entities: Record<string, string> = {
    "&": "&amp;",
    "<": "&lt;",
    ">": "&gt;",
    '"': "&quot;",
    "'": "&#39;",
  };
  return text.replace(/[&<>"']/g, (character) => entities[character] as string);
}
