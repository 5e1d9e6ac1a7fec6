import type { NotebookFormat, NotebookLanguage } from "./notebook-format.ts";
import { detectFormat, headerBytes, sourceHeader } from "./notebook-format.ts";

/**
 * A workspace does not keep the bytes of a notebook. An export in source form lacks the blank lines around cells and the last line end
 * (https://github.com/databricks/databricks-cli/issues/117, https://github.com/databricks/terraform-provider-databricks/issues/42);
 * an exported ipynb has ids, titles and layout that the imported one did not have.
 */

/**
 * Everything in a notebook that affects what it runs: the language and the cells, and in an ipynb the values of widgets and the
 * environment. Two files with the same result are the same notebook. Undefined if the bytes are not a notebook of this format.
 */
export function notebookContent(format: NotebookFormat, bytes: Buffer): string | undefined {
  if (format.kind === "source") return JSON.stringify([format.language, sourceCells(format.language, bytes)]);
  return format.kind === "jupyter" ? ipynbContent(bytes) : undefined;
}

/**
 * The files that may have been imported, by the export of a notebook in source form: with and without the last line end, and with the line
 * ends of Unix and Windows.
 */
export function possibleSources(exported: Buffer): Buffer[] {
  const text = exported.toString("utf8").trimEnd();
  const windows = text.replaceAll("\n", "\r\n");
  return [exported, ...[text, `${text}\n`, windows, `${windows}\r\n`].map((each) => Buffer.from(each))];
}

/** Whether `possibleSources` of a notebook's export contains the notebook's bytes. */
export function survivesExport(format: NotebookFormat, bytes: Buffer): boolean {
  if (format.kind !== "source") return format.kind === "plain";
  const comment = comments[format.language];
  const cells = sourceCells(format.language, bytes);
  const exported = `${comment} Databricks notebook source\n${cells.join(`\n\n${comment} COMMAND ----------\n\n`)}`;
  return possibleSources(Buffer.from(exported)).some((each) => each.equals(bytes));
}

/** The format of a published file. */
export function formatOf(path: string, bytes: Buffer): NotebookFormat {
  return detectFormat(path, bytes.toString("utf8", 0, headerBytes));
}

const comments: Record<NotebookLanguage, string> = { PYTHON: "#", R: "#", SQL: "--", SCALA: "//" };

/** The cells in order, without empty cells, blank lines around a cell, and spaces after a MAGIC without code. */
function sourceCells(language: NotebookLanguage, bytes: Buffer): string[] {
  const comment = comments[language];
  const text = bytes.toString("utf8").replace(/^\ufeff/, "");
  const header = sourceHeader(`notebook${extensions[language]}`, text);
  const lines = text.slice(header?.end ?? 0).split(/\r\n|\r|\n/);
  const cells: string[][] = [[]];
  for (const line of lines) {
    const bare = line.trimEnd();
    if (bare === `${comment} COMMAND ----------`) cells.push([]);
    else cells.at(-1)!.push(bare === `${comment} MAGIC` ? bare : line);
  }
  return cells.map(withoutBlankLinesAround).filter((cell) => cell !== "");
}

const extensions: Record<NotebookLanguage, string> = { PYTHON: ".py", R: ".r", SQL: ".sql", SCALA: ".scala" };

function withoutBlankLinesAround(lines: readonly string[]): string {
  const first = lines.findIndex((line) => line.trim() !== "");
  const last = lines.findLastIndex((line) => line.trim() !== "");
  return first < 0 ? "" : lines.slice(first, last + 1).join("\n");
}

interface Ipynb {
  nbformat?: unknown;
  cells?: { cell_type?: unknown; source?: unknown }[];
  metadata?: {
    language_info?: { name?: unknown };
    kernelspec?: { language?: unknown };
    "application/vnd.databricks.v1+notebook"?: {
      language?: unknown;
      widgets?: Record<string, Widget>;
      environmentMetadata?: Record<string, unknown> | null;
    };
  };
}

interface Widget {
  currentValue?: unknown;
  typedWidgetInfo?: { defaultValue?: unknown } | null;
  widgetInfo?: { defaultValue?: unknown } | null;
}

function ipynbContent(bytes: Buffer): string | undefined {
  try {
    const { cells, metadata } = JSON.parse(bytes.toString("utf8").replace(/^\ufeff/, "")) as Ipynb;
    const databricks = metadata?.["application/vnd.databricks.v1+notebook"];
    const language =
      databricks?.language ?? metadata?.language_info?.name ?? metadata?.kernelspec?.language ?? "python";
    return JSON.stringify([
      String(language).toLowerCase(),
      cells!.map((cell) => [cell.cell_type, cellSource(cell.source)]).filter(([, source]) => source !== ""),
      entries(databricks?.widgets).map(([name, { currentValue, typedWidgetInfo, widgetInfo }]) => [
        name,
        currentValue ?? null,
        (typedWidgetInfo ?? widgetInfo)?.defaultValue ?? null,
      ]),
      entries(databricks?.environmentMetadata).filter(
        ([, value]) => value !== null && value !== "" && !(Array.isArray(value) && value.length === 0),
      ),
    ]);
  } catch {
    return undefined; // not JSON, or not of the shape that nbformat 4 has
  }
}

function cellSource(source: unknown): string {
  const text = Array.isArray(source) ? source.join("") : String(source);
  return withoutBlankLinesAround(text.split(/\r\n|\r|\n/));
}

function entries<T>(object: Record<string, T> | null | undefined): [string, T][] {
  return Object.entries(object ?? {}).sort(([a], [b]) => (a < b ? -1 : 1));
}
