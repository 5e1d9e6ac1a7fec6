import { requireImportable } from "../../shared/databricks/importable.ts";
import {
  type NotebookFile,
  readNotebookFolder,
  whyUnreadable,
} from "../../shared/notebook/notebook-folder.ts";
import { whyNotNotebook } from "../../shared/notebook/notebook-format.ts";
import { selectPaths } from "../../shared/notebook/select-notebooks.ts";

/** What is uploaded, and which of it is run. */
export interface Project {
  folder: string;
  files: NotebookFile[];
  notebooks: NotebookFile[];
}

/** Reads the folder and makes sure that a workspace can take all of it, before anything is created there. */
export async function readProject(folder: string, globs: readonly string[]): Promise<Project> {
  const files = await readNotebookFolder(folder);
  const notebooks = chooseNotebooks(folder, files, globs);
  for (const notebook of notebooks) {
    const why = await whyUnreadable(notebook);
    if (why)
      throw new Error(`Read notebook ${notebook.path}, which is no Jupyter notebook: ${why}; save it anew.`);
  }
  requireImportable(files);
  return { folder, files, notebooks };
}

function chooseNotebooks(folder: string, files: NotebookFile[], globs: readonly string[]): NotebookFile[] {
  const byPath = new Map(files.map((file) => [file.path, file]));
  for (const glob of globs) {
    if (/[*?{!]/.test(glob)) continue;
    const file = byPath.get(glob);
    if (!file)
      throw new Error(
        `Looked for notebook ${glob} in ${folder}, where there is none; correct the input notebooks.`,
      );
    if (file.format.kind === "plain")
      throw new Error(
        `Read ${glob} in ${folder} to run it as a notebook, but ${whyNotNotebook(glob)}; export it from Databricks as source, or add that line.`,
      );
  }
  const runnable = files.filter((file) => file.format.kind !== "plain");
  const chosen = selectPaths(
    runnable.map((file) => file.path),
    globs,
  );
  if (chosen.length === 0)
    throw new Error(
      globs.length > 0
        ? `Looked in ${folder} for notebooks that fit ${globs.join(", ")}, but none of its ${runnable.length} does; correct the input notebooks.`
        : `Looked for notebooks in ${folder}, where no file is one (${files.length} files): only .ipynb files and .py, .sql, .scala and .r files with Databricks' header line are.`,
    );
  return chosen.map((path) => byPath.get(path)!);
}
