import { type DeploymentRecord, readRecord, readText } from "../../deployment/record.ts";
import { manifestFileName } from "../../notebook/artifact/manifest.ts";
import { selectPaths, whyUnmatched } from "../../notebook/select-notebooks.ts";
import type { Log } from "../../task/host.ts";
import type { DatabricksClient } from "../connection.ts";
import { comparePublished, readDeployedManifest } from "./published-content.ts";
import { listBelow } from "./workspace-folders.ts";

/**
 * Which artifact the folder has, if all of it is as it was published and the notebooks that run are of it: undefined otherwise, with a
 * warning if a deployment's record says that there is one. The record alone is no evidence, as anyone who may edit the notebooks may
 * write it.
 * @param notebooks that run, by their paths in the folder
 */
export async function deploymentIn(
  databricks: DatabricksClient,
  folder: string,
  { log, notebooks }: { log: Log; notebooks: readonly string[] },
): Promise<DeploymentRecord | undefined> {
  const record = await readRecord(databricks, folder);
  if (record === undefined) return undefined;
  // What the notebooks come to is the step's result, not whether their version can be told.
  const doubt = await doubtAbout(databricks, record, { folder, notebooks }).catch(
    (error: Error) => `reading it failed (${error.message})`,
  );
  if (doubt === undefined) return record;
  const { name, version } = record.artifact;
  log.warning(
    `Could not tell that ${folder} has ${name} ${version}: ${doubt}, so that the test status names no version; deploy it again with NotebookDeployArtifact.`,
  );
  return undefined;
}

/** Why what runs may not be what the record names, as a part of a sentence. */
async function doubtAbout(
  databricks: DatabricksClient,
  { state, artifact }: DeploymentRecord,
  { folder, notebooks }: { folder: string; notebooks: readonly string[] },
): Promise<string | undefined> {
  if (state === "deploying") return "its deployment did not come to its end";
  const manifest = readDeployedManifest(
    await readText(databricks.workspace, `${folder}/${manifestFileName}`),
  );
  const isOfRecord =
    manifest?.name === artifact.name &&
    manifest.version === artifact.version &&
    manifest.digest === artifact.digest;
  if (!isOfRecord) return `its ${manifestFileName} is not the one of that version`;
  const listed = await listBelow(databricks.workspace, folder);
  const objects = new Map(listed.map((object) => [object.path.slice(folder.length + 1), object]));
  const compared = await comparePublished(databricks, { folder, objects }, manifest.files);
  if (compared.differing !== undefined) return `${compared.differing} is not as it was published`;
  const foreign = notebooks.find((notebook) => !compared.objects.has(notebook));
  return foreign === undefined ? undefined : `${foreign} is not part of it`;
}

/** The notebooks of a workspace folder that the globs choose, by their paths in it; with no globs, all. They stay as they are. */
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
      `Could not find a notebook in ${folder} of the workspace: it contains none; give notebookFolder to upload notebooks, or the workspaceFolder to which they were deployed.`,
    );
  const unmatched = whyUnmatched(notebooks, globs);
  if (unmatched)
    throw new Error(
      `Could not choose notebooks in ${folder} of the workspace, where they have no extension: ${unmatched}`,
    );
  const chosen = selectPaths(notebooks, globs);
  if (chosen.length === 0)
    throw new Error(
      `Could not choose notebooks in ${folder} of the workspace: ${globs.join(", ")} excludes all ${notebooks.length} of them; correct the input notebooks.`,
    );
  return chosen;
}
