import type { CellCode } from "./cell.ts";
import type { LanguageName } from "./languages/language.ts";

/** Databricks' `%sql` and Fabric's `%%sparksql`: the magics that change the language of a whole cell. */
const LANGUAGE_OF: Readonly<Record<string, LanguageName>> = {
  python: "python",
  pyspark: "python",
  sql: "sql",
  sparksql: "sql",
  scala: "scala",
  spark: "scala",
  r: "r",
  sparkr: "r",
};
/** Line magics that make the whole cell something else than code. */
const NOT_CODE = new Set(["md", "md-sandbox", "sh", "fs", "run"]);

/**
 * The language of a cell, from the magic that it begins with; undefined for a cell that is not code. Any other line magic
 * (`%pip`) stands among the notebook's own code. The magic itself is blanked out in the answer's `text`.
 */
export function languageOfCell(
  text: string,
  notebookLanguage: LanguageName,
): { language: LanguageName; skip: number } | undefined {
  const magic = /^\s*(%%?)([A-Za-z][\w-]*)/.exec(text);
  if (!magic) return { language: notebookLanguage, skip: 0 };
  const word = magic[2]!.toLowerCase();
  const language = LANGUAGE_OF[word];
  if (language) return { language, skip: magic[0].length };
  return magic[1] === "%%" || NOT_CODE.has(word) ? undefined : { language: notebookLanguage, skip: 0 };
}

/** Replaces the first `count` characters of the code by blanks, so that offsets stay. */
export function blankStart(code: CellCode, count: number): void {
  code.text = " ".repeat(count) + code.text.slice(count);
}
