import type { DeploymentRecord } from "../../deployment/record.ts";
import { readDeployedManifest } from "../../notebook/artifact/deployed-manifest.ts";
import { type ArtifactManifest, manifestFileName } from "../../notebook/artifact/manifest.ts";
import type { Log } from "../../task/host.ts";
import { clause, couldNot } from "../../text/could-not.ts";
import type { DatabricksClient } from "../connection.ts";
import { readRecord, readText } from "./deployed-record.ts";
import { compareWithPublished } from "./published-content.ts";
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
  const found = await verifyDeployment(databricks, folder, notebooks);
  if (found?.problem === undefined) return found?.record;
  // An uncertain version is only a warning: the result of the step depends on the notebooks alone.
  log.warning(
    couldNot(
      attempted(folder, found.record),
      found.problem,
      "the test status names no version, so deploy it again with NotebookDeployArtifact",
    ),
  );
  return undefined;
}

/** A deployment whose folder contains the artifact exactly as it was published. Others may have more objects in the folder. */
export interface VerifiedDeployment {
  record: DeploymentRecord;
  manifest: ArtifactManifest;
  /** The notebooks of the artifact, as sorted paths in the folder. */
  notebooks: string[];
  /** Its other files. */
  files: string[];
}

/**
 * The deployment in a folder, for a step that tests what is deployed there.
 * @throws if the folder contains anything else than what was published and deployed there for the environment
 */
export async function requireDeployment(
  databricks: DatabricksClient,
  folder: string,
  environment: string,
): Promise<VerifiedDeployment> {
  const found = await verifyDeployment(databricks, folder, []);
  if (found === undefined)
    throw new Error(
      couldNot(
        `test what is deployed in ${folder}`,
        "nothing was deployed there",
        "deploy an artifact there with NotebookDeployArtifact, or correct the input 'workspaceFolder'",
      ),
    );
  const { record, problem, published } = found;
  if (problem !== undefined)
    throw new Error(
      couldNot(attempted(folder, record), problem, "deploy it again with NotebookDeployArtifact"),
    );
  if (record.environment === environment) return { record, ...published };
  const { name, version } = record.artifact;
  throw new Error(
    couldNot(
      `test the environment ${environment} in ${folder}`,
      `${name} ${version} was deployed there for the environment ${record.environment}`,
      "correct the input 'environment' or 'workspaceFolder'",
    ),
  );
}

type Published = Pick<VerifiedDeployment, "manifest" | "notebooks" | "files">;
type Verification = { problem: string; published?: never } | { problem?: never; published: Published };

/** Undefined if the folder has no record of a deployment; `problem` says why the folder may contain something else than the record says. */
async function verifyDeployment(
  databricks: DatabricksClient,
  folder: string,
  notebooks: readonly string[],
): Promise<({ record: DeploymentRecord } & Verification) | undefined> {
  const record = await readRecord(databricks, folder);
  if (record === undefined) return undefined;
  const verification = await verifyContent(databricks, record, { folder, notebooks }).catch(
    (error: Error) => ({ problem: `it could not be read (${clause(error.message)})` }),
  );
  return { record, ...verification };
}

function attempted(folder: string, { artifact: { name, version } }: DeploymentRecord): string {
  return `verify that ${folder} contains ${name} ${version}`;
}

/** `problem` is a clause. */
async function verifyContent(
  databricks: DatabricksClient,
  { state, artifact }: DeploymentRecord,
  { folder, notebooks }: { folder: string; notebooks: readonly string[] },
): Promise<Verification> {
  if (state === "deploying") return { problem: "its deployment did not finish" };
  const manifest = readDeployedManifest(await readText(databricks, `${folder}/${manifestFileName}`));
  const isOfRecord =
    manifest?.name === artifact.name &&
    manifest.version === artifact.version &&
    manifest.digest === artifact.digest;
  if (!isOfRecord) return { problem: `its ${manifestFileName} is not the one of this version` };
  const listed = await listBelow(databricks.workspace, folder);
  const objects = new Map(listed.map((object) => [object.path.slice(folder.length + 1), object]));
  const { differing, published } = await compareWithPublished(
    databricks,
    { folder, objects },
    manifest.files,
  );
  if (differing !== undefined) return { problem: `${differing} differs from what was published` };
  const foreign = notebooks.find((notebook) => !published.has(notebook));
  if (foreign !== undefined) return { problem: `${foreign} is not a part of this version` };
  const paths = [...published].sort();
  const isNotebook = (path: string) => objects.get(path)?.object_type === "NOTEBOOK";
  return {
    published: {
      manifest,
      notebooks: paths.filter(isNotebook),
      files: paths.filter((path) => !isNotebook(path)),
    },
  };
}
