import { readFile } from "node:fs/promises";
import { couldNot } from "../../text/could-not.ts";
import type { NotebookFile } from "../notebook-folder.ts";
import { notebookSign } from "../notebook-format.ts";
import { maxNotebookBytes } from "../read-notebook.ts";
import { selectPaths } from "../select-notebooks.ts";

/** Why a file is not a notebook, as the end of a sentence. */
export const noHeaderLine =
  'its first line is neither "Fabric notebook source" nor "Databricks notebook source" as a comment';

/**
 * Warns of files among those chosen that look like a notebook whose header line is missing. If a glob chose one that certainly is a notebook,
 * that is an error, because it would not be tested.
 */
export async function warnOfOthers(
  folder: string,
  others: readonly NotebookFile[],
  globs: readonly string[],
): Promise<string[]> {
  const chosen = new Set(
    selectPaths(
      others.map(({ path }) => path),
      globs,
    ),
  );
  const isChosenByGlob = globs.some((glob) => !glob.startsWith("!"));
  const warnings: string[] = [];
  for (const file of others) {
    if (!chosen.has(file.path) || file.size > maxNotebookBytes) continue;
    const content = await readFile(file.file, "utf8");
    const sign = signOf(file.path, content);
    if (sign === undefined) continue;
    if (sign.isCertain && isChosenByGlob)
      throw new Error(
        couldNot(
          `run ${file.path} in ${folder} as a notebook`,
          noHeaderLine,
          "add that line, or export the notebook again",
        ),
      );
    warnings.push(
      `${file.path} ${sign.text}, but is not run, because ${noHeaderLine}; add that line if it is a notebook.`,
    );
  }
  return warnings;
}

function signOf(path: string, content: string): { text: string; isCertain: boolean } | undefined {
  const hasCells = /^(?:#|--|\/\/) (?:PARAMETERS CELL|CELL|MARKDOWN|METADATA) \*{20}[ \t]*$/m.test(content);
  const sign = hasCells ? "separator" : notebookSign(path, content);
  if (sign === "separator") return { text: "has the cells of a notebook", isCertain: true };
  if (sign === "dbutils") return { text: "uses dbutils", isCertain: false };
  return /\b(?:notebookutils|mssparkutils)\.notebook\.exit\b/.test(content)
    ? { text: "ends as a notebook does", isCertain: false }
    : undefined;
}
