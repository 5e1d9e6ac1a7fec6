import path from "node:path";
import type { Intent } from "../../intent/intent.ts";
import type { TaskHost } from "../../task/host.ts";
import type { DatabricksClient } from "../connection.ts";
import { deployedNotebooks } from "../folders/deployed-notebooks.ts";
import type { Project } from "../folders/project.ts";
import type { TemporaryUpload } from "../folders/temporary-upload.ts";
import { importedPath } from "../folders/upload-folder.ts";
import type { PlannedRun } from "./submit-run.ts";

/** A notebook in the workspace, before it is planned how it runs. */
export type NotebookToRun = Pick<PlannedRun, "name" | "notebookPath" | "file">;

/** Uploads to a folder of this step alone: no step may delete what another one or a user put into the folder that steps share. */
export async function uploadNotebooks(
  host: TaskHost,
  {
    upload,
    project,
    intent,
    below,
  }: { upload: TemporaryUpload; project: Project; intent: Intent; below: string },
): Promise<NotebookToRun[]> {
  const folder = `${below}/${intent.id}`;
  await upload.upload({ files: project.files, folder, below, signal: host.signal });
  return project.notebooks.map((notebook) => {
    const name = importedPath(notebook);
    const file = pathInRepository(host, path.join(project.folder, notebook.path));
    return { name, notebookPath: `${folder}/${name}`, ...(file === undefined ? {} : { file }) };
  });
}

/** Finds the notebooks of a folder that was deployed before, which this step neither changes nor deletes. */
export async function findDeployed(
  databricks: DatabricksClient,
  folder: string,
  globs: readonly string[],
): Promise<NotebookToRun[]> {
  const names = await deployedNotebooks(databricks, folder, globs);
  return names.map((name) => ({ name, notebookPath: `${folder}/${name}` }));
}

/** Slash-separated, from the repository's root; undefined for a file that is not in it. */
function pathInRepository(host: TaskHost, file: string): string | undefined {
  const root = host.variable("Build.Repository.LocalPath") ?? host.variable("Build.SourcesDirectory");
  const relative = root === undefined ? ".." : path.relative(root, file);
  const isInside = !path.isAbsolute(relative) && relative.split(path.sep)[0] !== "..";
  return isInside ? relative.split(path.sep).join("/") : undefined;
}
