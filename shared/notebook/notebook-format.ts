import type { LanguageName } from "./languages/language.ts";

export type NotebookLanguage = Uppercase<LanguageName>;

/** What a file of a notebook folder is to a Databricks workspace: a notebook in source form, a Jupyter notebook, or a plain file. */
export type NotebookFormat =
  | { kind: "source"; language: NotebookLanguage }
  | { kind: "jupyter" }
  | { kind: "plain" };

/** The first line by which a file is a notebook in source form. */
export interface SourceHeader {
  platform: "databricks" | "fabric";
  language: LanguageName;
  /** What a comment of the language begins with. */
  comment: string;
  /** Where the line ends, in characters of the text that was read. */
  end: number;
}

const languages: Readonly<Record<string, { language: LanguageName; comment: string }>> = {
  ".py": { language: "python", comment: "#" },
  ".r": { language: "r", comment: "#" },
  ".scala": { language: "scala", comment: "//" },
  ".sql": { language: "sql", comment: "--" },
};

/** An editor's byte order mark before the line is let pass, whether the text was read as UTF-8 or byte by byte. */
const header =
  /^(?:\ufeff|\xef\xbb\xbf)?(?<comment>#|\/\/|--) (?<platform>Databricks|Fabric) notebook source[ \t]*(?=[\r\n]|$)/;

/** The bytes from the start of a file that `sourceHeader` and `detectFormat` need. */
export const headerBytes = 100;

/** Extension in lower case, with its dot; "" where there is none. */
export function extensionOf(filePath: string): string {
  return /\.[^./\\]+$/.exec(filePath)?.[0].toLowerCase() ?? "";
}

/** Only the first line tells a notebook in source form from a module of the same language. */
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

/** Why a plain file that someone named as a notebook is none, as the end of a sentence. */
export function whyNotNotebook(filePath: string): string {
  const source = languages[extensionOf(filePath)];
  return source
    ? `its first line is not "${source.comment} Databricks notebook source"`
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
