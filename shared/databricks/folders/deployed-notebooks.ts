import { chooseNotebooks } from "../../notebook/select-notebooks.ts";
import { couldNot } from "../../text/could-not.ts";
import type { DatabricksClient } from "../connection.ts";
import { listBelow } from "./workspace-folders.ts";

/** The notebooks in a workspace folder that match the globs, as paths relative to the folder; all if there are no globs. */
export async function deployedNotebooks(
  databricks: DatabricksClient,
  folder: string,
  globs: readonly string[],
): Promise<string[]> {
  const objects = await listBelow(databricks.workspace, folder);
  const notebooks = objects
    .filter((object) => object.object_type === "NOTEBOOK")
    .map((object) => object.path.slice(folder.length + 1))
    .sort();
  if (notebooks.length === 0)
    throw new Error(
      couldNot(
        `find a notebook in ${folder} of the workspace`,
        "it contains no notebook",
        "give notebookFolder to upload notebooks, or the workspaceFolder to which they were deployed",
      ),
    );
  const attempted = `choose notebooks in ${folder} of the workspace, where paths have no extension`;
  return chooseNotebooks(attempted, notebooks, globs);
}
