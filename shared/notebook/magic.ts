import type { CellCode } from "./cell.ts";
import type { LanguageName } from "./languages/language.ts";

/** Databricks' `%sql` and Fabric's `%%sparksql`: the magics that change the language of a whole cell. */
const languageOf: Readonly<Record<string, LanguageName>> = {
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
const notCode = new Set(["md", "md-sandbox", "sh", "fs", "run"]);
/** Cell magics that run the code below them, as IPython has them. */
const runsCode = new Set(["time", "timeit", "capture", "prun"]);

/**
 * The language of a cell, from the magic that it begins with; undefined for a cell that is not code. Any other line magic
 * (`%pip`) stands among the notebook's own code. `skip` is the length of a magic that is not itself code.
 */
export function languageOfCell(
  text: string,
  notebookLanguage: LanguageName,
): { language: LanguageName; skip: number } | undefined {
  const magic = /^\s*(%%?)([A-Za-z][\w-]*)/.exec(text);
  if (!magic) return { language: notebookLanguage, skip: 0 };
  const word = magic[2]!.toLowerCase();
  const language = languageOf[word];
  if (language) return { language, skip: magic[0].length };
  const code = magic[1] === "%%" ? runsCode.has(word) : !notCode.has(word);
  return code ? { language: notebookLanguage, skip: 0 } : undefined;
}

/** Replaces the first `count` characters of the code by blanks, so that offsets stay. */
export function blankStart(code: CellCode, count: number): void {
  code.text = " ".repeat(count) + code.text.slice(count);
}
