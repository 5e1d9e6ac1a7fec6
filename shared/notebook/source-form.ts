import { type Cell, CellCode, mentionsWidget, type Notebook } from "./cell.ts";
import type { LanguageName } from "./languages/language.ts";
import { blankStart, languageOfCell } from "./magic.ts";
import type { SourceHeader } from "./notebook-format.ts";

/** By the name of the language in the metadata after a Fabric cell. */
const fabricLanguage: Readonly<Record<string, LanguageName>> = {
  python: "python",
  sparksql: "sql",
  scala: "scala",
  r: "r",
};

/**
 * Reads Databricks' source form (`# Databricks notebook source`, cells split by `# COMMAND ----------`, cells of another
 * language in `# MAGIC` lines) and Fabric's (`# CELL ****`, `# PARAMETERS CELL ****`, `# METADATA ****`). The platforms split at such a
 * line even if it is inside a string.
 */
export function readSourceForm(file: string, bytes: string, header: SourceHeader): Notebook {
  const { platform, language, comment } = header;
  const split = platform === "databricks" ? databricksCells : fabricCells;
  const cells: Cell[] = [];
  for (const range of split(bytes, header.end, comment)) {
    const { number } = range;
    const body = bytes.slice(range.start, range.end);
    if (!range.parameters && !mentionsWidget(body)) continue;
    const code = readCode(body, range.start, comment);
    const found = languageOfCell(code.text, range.language ?? language);
    if (!found) continue;
    blankStart(code, found.skip);
    cells.push({ number, language: found.language, parameters: range.parameters, code });
  }
  return { format: platform, file, bytes, cells, widgetMetadata: [] };
}

interface CellRange {
  /** From 1, counting all cells of the notebook, code or not. */
  number: number;
  start: number;
  end: number;
  parameters: boolean;
  language?: LanguageName;
}

/**
 * The cells of Databricks' source form, each with the line ends around its separators.
 * @param from the end of the header line
 */
export function* databricksCells(bytes: string, from: number, comment: string): Generator<CellRange> {
  const separator = `${comment} COMMAND ----------`;
  let start = from + environmentOf(bytes, from, comment).length;
  let number = 1;
  for (let at = bytes.indexOf(separator, from); at >= 0; at = bytes.indexOf(separator, at + 1)) {
    const end = at + separator.length;
    if (!isWholeLine(bytes, at, end)) continue;
    yield { number, start, end: at, parameters: false };
    start = end;
    number += 1;
  }
  yield { number, start, end: bytes.length, parameters: false };
}

/**
 * The environment of a notebook in Databricks' source form, which stands between its header line and its first cell in the form of
 * inline script metadata: `# /// script`, `# [tool.databricks.environment]`, …, `# ///`. Empty if there is none.
 * https://packaging.python.org/en/latest/specifications/inline-script-metadata/
 */
export function environmentOf(bytes: string, from: number, comment: string): string {
  const lineBreak = "(?:\\r\\n|\\n|\\r)";
  const block = new RegExp(
    `\\s*${lineBreak}${comment} /// script[ \\t]*` + // comments of no cell, up to the first that ends the block
      `(?:${lineBreak}${comment}(?: (?!COMMAND|MAGIC)[^\\r\\n]*)?)*?${lineBreak}${comment} ///[ \\t]*(?=[\\r\\n]|$)`,
    "y",
  );
  block.lastIndex = from;
  return block.exec(bytes)?.[0] ?? "";
}

/** The code cells of Fabric's source form. */
export function* fabricCells(bytes: string, from: number, comment: string): Generator<CellRange> {
  const heading = new RegExp(`^${comment} (CELL|PARAMETERS CELL|MARKDOWN|METADATA) \\*{20}[ \\t]*$`, "gm");
  heading.lastIndex = from;
  const headings = [...bytes.matchAll(heading)].filter((match) => match.index >= from);
  let number = 0;
  for (const [index, match] of headings.entries()) {
    if (match[1] !== "METADATA") number += 1;
    if (!match[1]!.endsWith("CELL")) continue;
    const next = headings[index + 1];
    const metadataEnd = headings[index + 2]?.index ?? bytes.length;
    const metadata = next?.[1] === "METADATA" ? bytes.slice(next.index, metadataEnd) : "";
    const named = /META\s+"language"\s*:\s*"(\w+)"/.exec(metadata)?.[1];
    yield {
      number,
      start: match.index + match[0].length,
      end: next?.index ?? bytes.length,
      parameters: match[1] === "PARAMETERS CELL",
      language: named ? fabricLanguage[named] : undefined,
    };
  }
}

/** Removes the MAGIC prefixes from a cell whose first line, apart from titles and blank lines, has one. */
export function readCode(body: string, fileStart: number, comment: string): CellCode {
  const magic = `${comment} MAGIC`;
  const lines = body.match(/[^\r\n]*(?:\r\n|\n|\r|$)/g) ?? [];
  const first = lines.find((line) => line.trim() !== "" && !line.startsWith(`${comment} DBTITLE `));
  const code = new CellCode();
  if (!first || !isMagic(first, magic)) return code.addPlain(body, fileStart);
  let at = fileStart;
  for (const line of lines) {
    const prefix = isMagic(line, magic) ? magic.length + (line[magic.length] === " " ? 1 : 0) : 0;
    if (!line.startsWith(`${comment} DBTITLE `)) code.addPlain(line.slice(prefix), at + prefix);
    at += line.length;
  }
  return code;
}

function isMagic(line: string, magic: string): boolean {
  return line.startsWith(magic) && /^(?:[ \t\r\n]|$)/.test(line.slice(magic.length, magic.length + 1));
}

function isWholeLine(bytes: string, start: number, end: number): boolean {
  const before = bytes[start - 1];
  return (before === "\n" || before === "\r") && /^[ \t]*(?:[\r\n]|$)/.test(bytes.slice(end, end + 200));
}
