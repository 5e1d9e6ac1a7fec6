import type { LanguageName } from "./languages/language.ts";

export type NotebookLanguage = Uppercase<LanguageName>;

/** How a Databricks workspace imports a file: as a notebook in source form, as a Jupyter notebook, or as a plain file. */
export type NotebookFormat =
  | { kind: "source"; language: NotebookLanguage }
  | { kind: "jupyter" }
  | { kind: "plain" };

/** The first line of a notebook in source form. */
export interface SourceHeader {
  platform: "databricks" | "fabric";
  language: LanguageName;
  /** The characters that begin a comment. */
  comment: string;
  /** The offset of the end of the line, in characters of the text that was read. */
  end: number;
}

const languages: Readonly<Record<string, { language: LanguageName; comment: string }>> = {
  ".py": { language: "python", comment: "#" },
  ".r": { language: "r", comment: "#" },
  ".scala": { language: "scala", comment: "//" },
  ".sql": { language: "sql", comment: "--" },
};

/** An editor may put a byte order mark before the line; it matches whether the text was read as UTF-8 or byte by byte. */
const header =
  /^(?:\ufeff|\xef\xbb\xbf)?(?<comment>#|\/\/|--) (?<platform>Databricks|Fabric) notebook source[ \t]*(?=[\r\n]|$)/;

/** The number of bytes from the start of a file that `sourceHeader` and `detectFormat` need. */
export const headerBytes = 100;

/** The extension in lower case, with its dot; "" if there is none. */
export function extensionOf(filePath: string): string {
  return /\.[^./\\]+$/.exec(filePath)?.[0].toLowerCase() ?? "";
}

/** Undefined if the file is not a notebook in source form: only the first line distinguishes one from a module of the same language. */
export function sourceHeader(filePath: string, start: string): SourceHeader | undefined {
  const source = languages[extensionOf(filePath)];
  const line = header.exec(start.slice(0, headerBytes));
  if (!source || line?.groups?.comment !== source.comment) return undefined;
  const platform = line.groups.platform === "Fabric" ? "fabric" : "databricks";
  return { ...source, platform, end: line[0].length };
}

export function detectFormat(filePath: string, start: string): NotebookFormat {
  if (extensionOf(filePath) === ".ipynb") return { kind: "jupyter" };
  const found = sourceHeader(filePath, start);
  return found?.platform === "databricks"
    ? { kind: "source", language: found.language.toUpperCase() as NotebookLanguage }
    : { kind: "plain" };
}

/** Why a plain file is not a notebook, as the end of a sentence. */
export function whyNotNotebook(filePath: string): string {
  const source = languages[extensionOf(filePath)];
  return source
    ? `its first line is not "${source.comment} Databricks notebook source"`
    : "only .ipynb files, and .py, .sql, .scala and .r files with Databricks' header line, are notebooks";
}

/**
 * What shows that a plain file is probably a notebook without its header line: undefined if nothing does. `separator` is certain, but a module
 * may also use dbutils.
 */
export function notebookSign(filePath: string, content: string): "separator" | "dbutils" | undefined {
  const source = languages[extensionOf(filePath)];
  if (!source) return undefined;
  if (new RegExp(`^${source.comment} (?:COMMAND -{10}|MAGIC )`, "m").test(content)) return "separator";
  return /\bdbutils\./.test(content) ? "dbutils" : undefined;
}

/** Why an .ipynb file is not a Jupyter notebook that a workspace reads, as the end of a sentence; undefined if it is. */
export function whyNotJupyter(content: string): string | undefined {
  let notebook: unknown;
  try {
    notebook = JSON.parse(content);
  } catch {
    return "it is not valid JSON";
  }
  const { nbformat, cells } = (notebook ?? {}) as { nbformat?: unknown; cells?: unknown };
  if (typeof nbformat !== "number" || nbformat < 4) return "its nbformat is not 4 or newer";
  return Array.isArray(cells) ? undefined : "it has no list of cells";
}
