import { type NotebookFile, readNotebookFolder, whyUnreadable } from "../../notebook/notebook-folder.ts";
import { whyNotNotebook } from "../../notebook/notebook-format.ts";
import { chooseNotebooks } from "../../notebook/select-notebooks.ts";
import { couldNot } from "../../text/could-not.ts";
import { requireImportable } from "./importable.ts";

/** A local folder whose files are uploaded, and the notebooks in it that are run. */
export interface Project {
  folder: string;
  files: NotebookFile[];
  notebooks: NotebookFile[];
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
  requireImportable(files);
  return { folder, files, notebooks };
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
