export type NotebookLanguage = "PYTHON" | "SQL" | "SCALA" | "R";

/** What a file of a notebook folder is to a workspace: a notebook in source form, a Jupyter notebook, or a plain file. */
export type NotebookFormat =
  | { kind: "source"; language: NotebookLanguage }
  | { kind: "jupyter" }
  | { kind: "plain" };

const languages: Record<string, { language: NotebookLanguage; header: string }> = {
  ".py": { language: "PYTHON", header: "# Databricks notebook source" },
  ".r": { language: "R", header: "# Databricks notebook source" },
  ".scala": { language: "SCALA", header: "// Databricks notebook source" },
  ".sql": { language: "SQL", header: "-- Databricks notebook source" },
};

/** The bytes from the start of a file that `detectFormat` needs for a source notebook. */
export const HEADER_BYTES = 64;

/** Extension in lower case, with its dot; "" where there is none. */
export function extensionOf(filePath: string): string {
  return /\.[^./\\]+$/.exec(filePath)?.[0].toLowerCase() ?? "";
}

/** Only the first line tells a source notebook from a module of the same language; an editor's byte order mark before it is let pass. */
export function detectFormat(filePath: string, start: string): NotebookFormat {
  const extension = extensionOf(filePath);
  if (extension === ".ipynb") return { kind: "jupyter" };
  const source = languages[extension];
  const firstLine = start
    .replace(/^\uFEFF/, "")
    .split(/\r?\n/, 1)[0]!
    .trimEnd();
  return source && firstLine === source.header
    ? { kind: "source", language: source.language }
    : { kind: "plain" };
}

/** Why a plain file that someone named as a notebook is none, as the end of a sentence. */
export function whyNotNotebook(filePath: string): string {
  const source = languages[extensionOf(filePath)];
  return source
    ? `its first line is not "${source.header}"`
    : "only .py, .sql, .scala and .r files with Databricks' header line and .ipynb files are notebooks";
}

/** The reason a Jupyter file cannot be one (as the end of a sentence), or undefined. Workspaces read nbformat 4 only. */
export function whyNotJupyter(content: string): string | undefined {
  let notebook: unknown;
  try {
    notebook = JSON.parse(content);
  } catch {
    return "it is not JSON";
  }
  const { nbformat, cells } = (notebook ?? {}) as { nbformat?: unknown; cells?: unknown };
  if (typeof nbformat !== "number" || nbformat < 4) return "it has no nbformat of 4 or newer";
  return Array.isArray(cells) ? undefined : "it has no list of cells";
}
