import path from "node:path";
import type { Intent } from "../../intent/intent.ts";
import { pathInRepository } from "../../reporting/path-in-repository.ts";
import type { TaskHost } from "../../task/host.ts";
import type { DatabricksClient } from "../connection.ts";
import { deployedNotebooks } from "../folders/deployed-notebooks.ts";
import type { Project } from "../folders/project.ts";
import type { TemporaryUpload } from "../folders/temporary-upload.ts";
import { importedPath } from "../folders/upload-folder.ts";
import type { PlannedRun } from "./submit-run.ts";

/** A notebook in the workspace whose run has not been planned yet. */
export interface NotebookToRun extends Pick<PlannedRun, "name" | "file"> {
  /** Path in the workspace. */
  notebookPath: string;
}

/**
 * Uploads a project and returns its notebooks. They go to a folder of this step alone below `parentFolder`, because other steps and users
 * may have their own files in `parentFolder`, which this step must not delete.
 */
export async function uploadNotebooks(
  host: TaskHost,
  {
    upload,
    project,
    intent,
    parentFolder,
  }: { upload: TemporaryUpload; project: Project; intent: Intent; parentFolder: string },
): Promise<NotebookToRun[]> {
  const folder = `${parentFolder}/${intent.id}`;
  await upload.upload({ files: project.files, folder, parentFolder, signal: host.signal });
  return project.notebooks.map((notebook) => {
    const name = importedPath(notebook);
    const file = pathInRepository(host, path.join(project.folder, notebook.path));
    return { name, notebookPath: `${folder}/${name}`, ...(file === undefined ? {} : { file }) };
  });
}

/** Finds the notebooks in a folder that was deployed before. This step neither changes nor deletes them. */
export async function findDeployed(
  databricks: DatabricksClient,
  folder: string,
  globs: readonly string[],
): Promise<NotebookToRun[]> {
  const names = await deployedNotebooks(databricks, folder, globs);
  return names.map((name) => ({ name, notebookPath: `${folder}/${name}` }));
}
