import { deploymentAttachment, deploymentType, manifestType } from "../deployment/attachments.ts";
import { type DeploymentRecord, parseRecord } from "../deployment/record.ts";
import { readDeployedManifest } from "../notebook/artifact/deployed-manifest.ts";
import type { ArtifactManifest } from "../notebook/artifact/manifest.ts";
import { deploymentTag } from "../results/status-tag.ts";
import { listAttachments, listTaggedBuilds, readAttachment } from "./builds.ts";
import type { AzureDevOps } from "./connection.ts";

/** A deployment that a pipeline run recorded. The record says what the run deployed, not what is in the folder now. */
export interface RecordedDeployment {
  record: DeploymentRecord;
  /** The files of what was deployed; undefined if the run has no manifest of that digest. */
  manifest?: ArtifactManifest;
}

interface Place {
  /** Name or id. */
  project: string;
  packageName: string;
  environment: string;
  /** Of the version that is looked for; any version if undefined. */
  digest?: string;
}

/** An artifact of 10,000 files has a record and a manifest of 3 MB each. */
const maxBytes = 32 * 1024 * 1024;
/** The runs that are read, the newest first. One without a usable record deployed nothing, or its attachments are gone. */
const runsRead = 5;

/** The newest deployment of a package to an environment that a pipeline run of the project recorded; undefined if none is known. */
export async function latestDeployment(
  devops: AzureDevOps,
  place: Place,
): Promise<RecordedDeployment | undefined> {
  const { project, packageName, environment } = place;
  const tag = deploymentTag({ artifact: { name: packageName, version: "", digest: "" }, environment });
  const { builds } = await listTaggedBuilds(devops, { project, tag });
  for (const { id } of builds.slice(0, runsRead)) {
    const found = await deploymentOf(devops, { id, project }, place);
    if (found) return found;
  }
  return undefined;
}

async function deploymentOf(
  devops: AzureDevOps,
  build: { id: number; project: string },
  { packageName, environment, digest }: Place,
): Promise<RecordedDeployment | undefined> {
  const text = async (type: string) => {
    const attachments = await listAttachments(devops, build, type);
    const found = attachments.find(({ name }) => name === deploymentAttachment(environment, packageName));
    return found && readAttachment(devops, found, { build, maxBytes });
  };
  const record = parseRecord((await text(deploymentType)) ?? "");
  // Different names can have the same tag.
  if (record?.artifact.name !== packageName || record.environment !== environment) return undefined;
  if (digest !== undefined && record.artifact.digest !== digest) return undefined;
  const manifest = readDeployedManifest(await text(manifestType));
  return { record, ...(manifest?.digest === record.artifact.digest ? { manifest } : {}) };
}
