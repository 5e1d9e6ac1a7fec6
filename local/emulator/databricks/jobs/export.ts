import type { CellOutput, CellResult, ExecutionError } from "../../../driver/execution-result.ts";
import { invalidParameter } from "../errors.ts";
import type { TaskRun } from "./run.ts";

/**
 * The executed notebook as a page. It contains base64 of URL-encoded JSON, with a command for each cell, which a script of the platform
 * draws. The answer's form: https://docs.databricks.com/api/azure/workspace/jobs/exportrun; that of
 * the page is not documented, and is taken from pages that the platform exported.
 */
export function exportView(task: TaskRun): { name: string; type: "NOTEBOOK"; content: string } {
  const { program } = task.settings;
  // "Only notebook runs can be exported in HTML format."
  if (program.kind !== "notebook") throw invalidParameter("Only the run of a notebook can be exported."); // unconfirmed wording
  const name = program.path.split("/").at(-1) as string;
  const model = {
    version: "NotebookV1",
    name,
    language: "python",
    commands: (task.result?.cells ?? []).map((cell) => command(cell, task.result?.error)),
  };
  const encoded = Buffer.from(encodeURIComponent(JSON.stringify(model))).toString("base64");
  return {
    name,
    type: "NOTEBOOK",
    content: `<!DOCTYPE html>
<html><head><meta charset="utf-8"><title>${escapeHtml(name)} - Databricks</title>
<script>var __DATABRICKS_NOTEBOOK_MODEL = '${encoded}';</script>
</head><body></body></html>
`,
  };
}

function command(cell: CellResult, error: ExecutionError | undefined): object {
  const failed = cell.state === "failed" && error?.cellNumber === cell.number;
  return {
    version: "CommandV1",
    subtype: "command",
    position: cell.number,
    command: withMagic(cell),
    state: cell.state === "failed" ? "error" : cell.state === "skipped" ? "cancelled" : "finished",
    results: cell.outputs.length > 0 ? { type: "listResults", data: cell.outputs.map(result) } : null,
    ...(failed
      ? {
          errorSummary: `<span class='ansi-red-fg'>${escapeHtml(error.name)}</span>: ${escapeHtml(error.message)}`,
          error: `<div class='ansiout'>${escapeHtml(error.trace)}</div>`,
        }
      : {}),
  };
}

/** The page has the text of a cell as it is in the notebook: one that is not in the notebook's language begins with a magic. */
function withMagic({ language, source }: CellResult): string {
  return language === "python" ? source : `%${language}\n${source}`;
}

function result(output: CellOutput): object {
  return output.type === "stream"
    ? { type: "ansi", data: output.text }
    : { type: "mimeBundle", data: output.data };
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
