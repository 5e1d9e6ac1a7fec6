import { ifFound } from "../../http/if-found.ts";
import { notebookContent } from "../../notebook/exported-notebook.ts";
import type { NotebookFormat } from "../../notebook/notebook-format.ts";
import type { ExportFormat } from "../api/workspace.ts";
import type { DatabricksClient } from "../connection.ts";

/** Exports an object in the format of the file that was imported. Undefined if there is no such object. */
export async function exportContent(
  { workspace }: DatabricksClient,
  path: string,
  format: NotebookFormat,
): Promise<Buffer | undefined> {
  const content = await ifFound(workspace.export({ path, format: exportFormats[format.kind] }));
  return content === undefined ? undefined : Buffer.from(content, "base64");
}

const exportFormats: Record<NotebookFormat["kind"], ExportFormat> = {
  source: "SOURCE",
  jupyter: "JUPYTER",
  plain: "AUTO",
};

/** Whether an export has the content of a file. A plain file must have the same bytes, a notebook the same content for a run. */
export function isSameContent(format: NotebookFormat, file: Buffer, exported: Buffer | undefined): boolean {
  if (exported === undefined) return false;
  if (exported.equals(file)) return true;
  const content = notebookContent(format, file);
  return content !== undefined && content === notebookContent(format, exported);
}
