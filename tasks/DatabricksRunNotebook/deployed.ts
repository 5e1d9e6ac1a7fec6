import type { DatabricksWorkspace } from "../../shared/databricks/connection.ts";
import { type DeploymentRecord, readRecord } from "../../shared/databricks/deployment-record.ts";
import { listBelow } from "../../shared/databricks/workspace-folders.ts";
import { selectPaths } from "../../shared/notebook/select-notebooks.ts";
import type { Log } from "../../shared/task/index.ts";

/** What NotebookDeployArtifact says that the folder holds: undefined where it did not deploy it, or not to the end. */
export async function deploymentIn(
  workspace: DatabricksWorkspace,
  folder: string,
  log: Log,
): Promise<DeploymentRecord | undefined> {
  const record = await readRecord(workspace, folder);
  if (record?.state !== "deploying") return record;
  log.warning(
    `The deployment of ${record.artifact.name} ${record.artifact.version} to ${folder} did not come to its end, so that it may hold notebooks of two versions: the test status names no version.`,
  );
  return undefined;
}

/** The notebooks of a workspace folder that the globs choose, by their paths in it; with no globs, all. They stay as they are. */
export async function deployedNotebooks(
  workspace: DatabricksWorkspace,
  folder: string,
  globs: readonly string[],
): Promise<string[]> {
  const objects = await listBelow(workspace.workspace, folder);
  const notebooks = objects
    .filter((object) => object.object_type === "NOTEBOOK")
    .map((object) => object.path.slice(folder.length + 1))
    .sort();
  if (notebooks.length === 0)
    throw new Error(
      `Looked for notebooks in ${folder} of the workspace, where there is none; give notebookFolder to upload notebooks, or the workspaceFolder that holds deployed ones.`,
    );
  const absent = globs.find((glob) => !/[*?{!]/.test(glob) && !notebooks.includes(glob));
  const chosen = selectPaths(notebooks, globs);
  if (absent !== undefined || chosen.length === 0)
    throw new Error(
      `Looked in ${folder} of the workspace for ${absent === undefined ? "notebooks that fit" : "notebook"} ${absent ?? globs.join(", ")}, but none of its ${notebooks.length} is that; correct the input notebooks (a notebook has no extension there).`,
    );
  return chosen;
}
