import type { DeploymentRecord } from "../../deployment/record.ts";
import { manifestFileName } from "../../notebook/artifact/manifest.ts";
import type { Log } from "../../task/host.ts";
import type { DatabricksClient } from "../connection.ts";
import { readRecord, readText } from "./deployed-record.ts";
import { comparePublished, readDeployedManifest } from "./published-content.ts";
import { listBelow } from "./workspace-folders.ts";

/**
 * The deployment of a folder, if the whole artifact is there as it was published and contains the notebooks. Otherwise undefined, with a
 * warning if a record names a deployment: the record alone proves nothing, since whoever may edit the notebooks may edit it too.
 * @param notebooks those that run, by their paths in the folder
 */
export async function verifiedDeployment(
  databricks: DatabricksClient,
  folder: string,
  { log, notebooks }: { log: Log; notebooks: readonly string[] },
): Promise<DeploymentRecord | undefined> {
  const record = await readRecord(databricks, folder);
  if (record === undefined) return undefined;
  // The step's result is what the notebooks come to, not whether their version is certain.
  const doubt = await doubtAbout(databricks, record, { folder, notebooks }).catch(
    (error: Error) => `it could not be read (${error.message.replace(/\.$/, "")})`,
  );
  if (doubt === undefined) return record;
  const { name, version } = record.artifact;
  log.warning(
    `Could not verify that ${folder} contains ${name} ${version}: ${doubt}; the test status names no version, so deploy it again with NotebookDeployArtifact.`,
  );
  return undefined;
}

/** Why the notebooks may differ from those that the record names, as a part of a sentence. */
async function doubtAbout(
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
  if (!isOfRecord) return `its ${manifestFileName} is not that of this version`;
  const listed = await listBelow(databricks.workspace, folder);
  const objects = new Map(listed.map((object) => [object.path.slice(folder.length + 1), object]));
  const compared = await comparePublished(databricks, { folder, objects }, manifest.files);
  if (compared.differing !== undefined) return `${compared.differing} differs from what was published`;
  const foreign = notebooks.find((notebook) => !compared.objects.has(notebook));
  return foreign === undefined ? undefined : `${foreign} is not a part of this version`;
}
