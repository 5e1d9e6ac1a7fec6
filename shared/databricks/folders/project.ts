import { readFile } from "node:fs/promises";
import { type NotebookFile, readNotebookFolder, whyUnreadable } from "../../notebook/notebook-folder.ts";
import { notebookSign, whyNotNotebook } from "../../notebook/notebook-format.ts";
import { maxNotebookBytes, mayBeNotebook } from "../../notebook/read-notebook.ts";
import { chooseNotebooks, selectPaths } from "../../notebook/select-notebooks.ts";
import { couldNot } from "../../text/could-not.ts";
import { requireImportable } from "./importable.ts";

/** A local folder whose files are uploaded, and the notebooks in it that are run. */
export interface Project {
  folder: string;
  files: NotebookFile[];
  notebooks: NotebookFile[];
  /** One for each file that is uploaded as a plain file but is probably a notebook. */
  warnings: string[];
}

/** Reads a folder and checks that it has notebooks to run and that a workspace accepts all its files, before anything is created there. */
export async function readProject(folder: string, globs: readonly string[]): Promise<Project> {
  const files = await readNotebookFolder(folder);
  const notebooks = runnableNotebooks(folder, files, globs);
  for (const notebook of notebooks) {
    const problem = await whyUnreadable(notebook);
    if (problem)
      throw new Error(
        couldNot(
          `read notebook ${notebook.path}`,
          `it is not a Jupyter notebook (${problem})`,
          "save it again",
        ),
      );
  }
  const warnings = await withoutHeader(folder, files, globs);
  requireImportable(files);
  return { folder, files, notebooks, warnings };
}

/**
 * Warns of plain files among those chosen that look like a notebook whose header line is missing. If a glob chose one that certainly is a
 * notebook, that is an error, because it would not be tested.
 */
async function withoutHeader(
  folder: string,
  files: readonly NotebookFile[],
  globs: readonly string[],
): Promise<string[]> {
  const plain = files.filter(({ format, size }) => format.kind === "plain" && size <= maxNotebookBytes);
  const chosen = new Set(
    selectPaths(
      plain.map(({ path }) => path),
      globs,
    ),
  );
  const isChosenByGlob = globs.some((glob) => !glob.startsWith("!"));
  const warnings: string[] = [];
  for (const file of plain.filter(({ path }) => chosen.has(path))) {
    const sign = mayBeNotebook(file.path)
      ? notebookSign(file.path, await readFile(file.file, "utf8"))
      : undefined;
    if (sign === undefined) continue;
    if (sign === "separator" && isChosenByGlob)
      throw new Error(
        couldNot(
          `run ${file.path} in ${folder} as a notebook`,
          whyNotNotebook(file.path),
          "export it from Databricks as source, or add that line",
        ),
      );
    const reason = sign === "separator" ? "has the cells of a notebook" : "uses dbutils";
    warnings.push(
      `${file.path} ${reason}, but is not run, because ${whyNotNotebook(file.path)}; add that line if it is a notebook.`,
    );
  }
  return warnings;
}

function runnableNotebooks(folder: string, files: NotebookFile[], globs: readonly string[]): NotebookFile[] {
  const byPath = new Map(files.map((file) => [file.path, file]));
  const plain = globs.find((glob) => byPath.get(glob)?.format.kind === "plain");
  if (plain !== undefined)
    throw new Error(
      couldNot(
        `run ${plain} in ${folder} as a notebook`,
        whyNotNotebook(plain),
        "export it from Databricks as source, or add that line",
      ),
    );
  const runnable = files.filter((file) => file.format.kind !== "plain").map((file) => file.path);
  if (runnable.length === 0)
    throw new Error(
      couldNot(
        `find a notebook in ${folder}`,
        `${files.length === 1 ? "its only file is not a notebook" : `none of its ${files.length} files is a notebook`}`,
        "give a folder with .ipynb files, or with .py, .sql, .scala or .r files that begin with the header line of Databricks",
      ),
    );
  const chosen = chooseNotebooks(`choose notebooks in ${folder}`, runnable, globs);
  return chosen.map((path) => byPath.get(path)!);
}
