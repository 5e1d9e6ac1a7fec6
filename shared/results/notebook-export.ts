import { plainText } from "../text/plain-text.ts";
import type { NotebookResult } from "./notebook-result.ts";
import type { FailingCell } from "./test-case.ts";

/** A cell of a notebook that Databricks exported, with its outputs. */
export interface ExportedCell {
  number: number;
  language: string;
  source: string;
  failed: boolean;
  outputs: CellOutput[];
}

export type CellOutput =
  | { kind: "text"; text: string }
  | { kind: "error"; text: string }
  | { kind: "table"; columns: string[]; rows: unknown[][] }
  /** Markup that the notebook wrote, which must only be shown in a sandbox. */
  | { kind: "html"; html: string }
  /** `type` is such as `image/png`. */
  | { kind: "image"; type: string; base64: string };

/** The result with what the exported page adds: the page itself, the cell that failed, and the traceback. */
export function withExport(notebook: NotebookResult, exportedHtml: string): NotebookResult {
  const failed = readNotebookExport(exportedHtml)?.find((cell) => cell.failed);
  const trace = failed?.outputs
    .flatMap((output) => (output.kind === "error" ? [output.text] : []))
    .join("\n");
  return {
    ...notebook,
    exportedHtml,
    ...(failed && notebook.outcome === "failed" && !notebook.failingCell
      ? { failingCell: cellOf(failed) }
      : {}),
    ...(trace && notebook.outcome === "failed" && !notebook.trace ? { trace } : {}),
  };
}

function cellOf({ number, language, source }: ExportedCell): FailingCell {
  return { number, language, source };
}

/**
 * The cells of a page that `jobs/runs/export` returned. Its notebook is drawn by a script from a content delivery network, which a sandbox
 * cannot load, and is contained in the page as base64 of URL-encoded JSON: https://docs.databricks.com/api/workspace/jobs/exportrun
 * Returns undefined if the page contains no such notebook.
 */
export function readNotebookExport(exportedHtml: string): ExportedCell[] | undefined {
  const { commands, language } = record(modelOf(exportedHtml));
  if (!Array.isArray(commands)) return undefined;
  return commands
    .map(record)
    .sort((a, b) => (Number(a.position) || 0) - (Number(b.position) || 0))
    .map((command, index) => exportedCell(command, index + 1, text(language) || "python"));
}

/** The page with `change` applied to every text in it, those of the encoded notebook included. */
export function withExportedTexts(exportedHtml: string, change: (text: string) => string): string {
  const model = modelOf(exportedHtml);
  if (model === undefined) return change(exportedHtml);
  const changed = JSON.stringify(model, (_name, value) =>
    typeof value === "string" ? change(value) : value,
  );
  return change(
    exportedHtml.replace(modelPattern, (found, encoded: string) =>
      found.replace(encoded, () => btoa(encodeURIComponent(changed))),
    ),
  );
}

const modelPattern = /__DATABRICKS_NOTEBOOK_MODEL\s*=\s*'([A-Za-z0-9+/=]+)'/;

function modelOf(exportedHtml: string): unknown {
  const encoded = modelPattern.exec(exportedHtml)?.[1];
  if (!encoded) return undefined;
  try {
    return JSON.parse(decodeURIComponent(atob(encoded)));
  } catch {
    return undefined;
  }
}

function exportedCell(command: Fields, number: number, notebookLanguage: string): ExportedCell {
  const source = text(command.command);
  const error = text(command.error) || text(command.errorSummary);
  const outputs = outputsOf(command.results);
  const failed = command.state === "error" || outputs.some((output) => output.kind === "error");
  if (failed && error && !outputs.some((output) => output.kind === "error"))
    outputs.push({ kind: "error", text: withoutTags(error) });
  return {
    number,
    language: languageOf(source) ?? notebookLanguage.toLowerCase(),
    source,
    failed,
    outputs,
  };
}

/** The language of each magic, by which a cell may begin, of Databricks and of Fabric. */
const languages: Record<string, string> = {
  python: "python",
  pyspark: "python",
  sql: "sql",
  sparksql: "sql",
  scala: "scala",
  spark: "scala",
  r: "r",
  sparkr: "r",
  md: "markdown",
  markdown: "markdown",
  sh: "shell",
  bash: "shell",
  fs: "shell",
  pip: "shell",
  run: "run",
};

/** The language that the magic of a cell states. */
function languageOf(source: string): string | undefined {
  const magic = magicPattern.exec(source)?.[1]?.toLowerCase();
  return magic !== undefined && Object.hasOwn(languages, magic) ? languages[magic] : undefined;
}

/** `%md-sandbox` is markdown, too. */
const magicPattern = /^\s*%{1,2}([a-z]+)(?:-sandbox)?(?![\w-])[^\S\n]*\n?/i;

/** The text of a markdown cell. */
export function withoutMagic(source: string): string {
  return source.replace(magicPattern, "").trimStart();
}

function outputsOf(results: unknown): CellOutput[] {
  const { type, data, schema, cause, summary } = record(results);
  if (Array.isArray(data) && type !== "table") return data.flatMap(outputsOf);
  if (type === "error" || cause)
    return [{ kind: "error", text: withoutTags(text(cause) || text(summary) || text(data)) }];
  if (type === "table" && Array.isArray(data))
    return [
      {
        kind: "table",
        columns: Array.isArray(schema) ? schema.map((column) => text(record(column).name)) : [],
        rows: data.map((row) => (Array.isArray(row) ? row : Object.values(record(row)))),
      },
    ];
  if (type === "html" || type === "htmlSandbox")
    return text(data) ? [{ kind: "html", html: text(data) }] : [];
  if (type === "image") return text(data) ? [image("image/png", text(data))] : [];
  if (type === "mimeBundle") return bundle(record(data));
  return text(data).trim() ? [{ kind: "text", text: plainText(text(data)) }] : [];
}

function bundle(forms: Fields): CellOutput[] {
  if (text(forms["text/html"])) return [{ kind: "html", html: text(forms["text/html"]) }];
  for (const type of ["image/png", "image/jpeg", "image/gif", "image/svg+xml"])
    if (text(forms[type])) return [image(type, text(forms[type]))];
  return text(forms["text/plain"]) ? [{ kind: "text", text: plainText(text(forms["text/plain"])) }] : [];
}

/** SVG is in a bundle as markup, everything else as base64, sometimes as the address that a page would have. */
function image(type: string, data: string): CellOutput {
  const [, stated, base64] = /^data:(image\/[a-z+.-]+);base64,([\s\S]*)$/.exec(data) ?? [];
  if (stated !== undefined) return { kind: "image", type: stated, base64: base64! };
  const bytes =
    type === "image/svg+xml" ? btoa(String.fromCharCode(...new TextEncoder().encode(data))) : data;
  return { kind: "image", type, base64: bytes.replace(/\s+/g, "") };
}

/** Older runtimes colour errors by tags, newer ones by escape sequences. */
function withoutTags(error: string): string {
  if (!/^\s*</.test(error)) return plainText(error).trim();
  const entities: Record<string, string> = { lt: "<", gt: ">", amp: "&", quot: '"', "#39": "'", nbsp: " " };
  return plainText(
    error.replace(/<[^<>]*>/g, "").replace(/&(lt|gt|amp|quot|#39|nbsp);/g, (_, name) => entities[name]!),
  ).trim();
}

type Fields = Record<string, unknown>;

function record(value: unknown): Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Fields) : {};
}

function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}
