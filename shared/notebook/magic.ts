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
/** Line magics after which the whole cell is not code. */
const notCode = new Set(["md", "md-sandbox", "sh", "fs", "run", "skip"]);
/** IPython's cell magics that run the code below them. */
const runsCode = new Set(["time", "timeit", "capture", "prun"]);

/**
 * The language of a cell by the magic that it begins with; undefined if the cell is not code. Other line magics, such as `%pip`, may
 * have code of the notebook's language below them. `skip` is the length of the magic that sets the language.
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

/** Replaces the first `count` characters of the code with spaces, so that offsets do not change. */
export function blankStart(code: CellCode, count: number): void {
  code.text = " ".repeat(count) + code.text.slice(count);
}
