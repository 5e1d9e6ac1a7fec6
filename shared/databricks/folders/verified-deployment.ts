import type { DeploymentRecord } from "../../deployment/record.ts";
import { manifestFileName } from "../../notebook/artifact/manifest.ts";
import type { Log } from "../../task/host.ts";
import { clause, couldNot } from "../../text/could-not.ts";
import type { DatabricksClient } from "../connection.ts";
import { readRecord, readText } from "./deployed-record.ts";
import { compareWithPublished, readDeployedManifest } from "./published-content.ts";
import { listBelow } from "./workspace-folders.ts";

/**
 * The record of the deployment in a folder, if the folder contains the artifact exactly as it was published and the notebooks are part of
 * it. Otherwise undefined, with a warning if there is a record: the record alone proves nothing, since everyone who may edit the notebooks
 * may edit it too.
 * @param notebooks the notebooks that run, by their paths in the folder
 */
export async function verifiedDeployment(
  databricks: DatabricksClient,
  folder: string,
  { log, notebooks }: { log: Log; notebooks: readonly string[] },
): Promise<DeploymentRecord | undefined> {
  const record = await readRecord(databricks, folder);
  if (record === undefined) return undefined;
  // An uncertain version is only a warning: the result of the step depends on the notebooks alone.
  const problem = await whyUnverified(databricks, record, { folder, notebooks }).catch(
    (error: Error) => `it could not be read (${clause(error.message)})`,
  );
  if (problem === undefined) return record;
  const { name, version } = record.artifact;
  log.warning(
    couldNot(
      `verify that ${folder} contains ${name} ${version}`,
      problem,
      "the test status names no version, so deploy it again with NotebookDeployArtifact",
    ),
  );
  return undefined;
}

/** Why the folder may contain something else than the record says, as a clause. */
async function whyUnverified(
  databricks: DatabricksClient,
  { state, artifact }: DeploymentRecord,
  { folder, notebooks }: { folder: string; notebooks: readonly string[] },
): Promise<string | undefined> {
  if (state === "deploying") return "its deployment did not finish";
  const manifest = readDeployedManifest(await readText(databricks, `${folder}/${manifestFileName}`));
  const isOfRecord =
    manifest?.name === artifact.name &&
    manifest.version === artifact.version &&
    manifest.digest === artifact.digest;
  if (!isOfRecord) return `its ${manifestFileName} is not the one of this version`;
  const listed = await listBelow(databricks.workspace, folder);
  const objects = new Map(listed.map((object) => [object.path.slice(folder.length + 1), object]));
  const { differing, published } = await compareWithPublished(
    databricks,
    { folder, objects },
    manifest.files,
  );
  if (differing !== undefined) return `${differing} differs from what was published`;
  const foreign = notebooks.find((notebook) => !published.has(notebook));
  return foreign === undefined ? undefined : `${foreign} is not a part of this version`;
}
