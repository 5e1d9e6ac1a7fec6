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
}

/** An artifact of 10,000 files has a record and a manifest of 3 MB each. */
const maxBytes = 32 * 1024 * 1024;
/** The runs that are read, those that were queued last. */
const runsRead = 5;

/**
 * The newest deployment of a package to an environment that a pipeline run of the project recorded; undefined if no run recorded one. A run
 * that waits for an approval deploys later than runs that were queued after it, so the records decide which is the newest.
 * @throws if that is uncertain, because a run that may have deployed later has no record that can be read
 */
export async function latestDeployment(
  devops: AzureDevOps,
  place: Place,
): Promise<RecordedDeployment | undefined> {
  const { runs, hasMore } = await readRuns(devops, place);
  const deployments = runs.flatMap((run) => run.deployments).filter(({ record }) => isAt(record, place));
  const newest = newestOf(deployments);
  const uncertain = runs.find(
    ({ problem, finishedOn }) => problem && !(newest && finishedOn && finishedOn < deployedOn(newest)),
  );
  if (uncertain?.problem) throw uncertain.problem;
  if (newest) return withManifest(devops, newest);
  if (hasMore)
    throw new Error(
      `the ${runsRead} newest runs with its tag deployed another package, or to another environment`,
    );
  return undefined;
}

/**
 * The manifest of a version that was deployed to an environment; undefined if no run has it.
 * @throws if a run that may have it cannot be read
 */
export async function deployedManifest(
  devops: AzureDevOps,
  place: Place & { digest: string },
): Promise<ArtifactManifest | undefined> {
  const { runs } = await readRuns(devops, place);
  const deployments = runs
    .flatMap((run) => run.deployments)
    .filter(({ record }) => isAt(record, place) && record.artifact.digest === place.digest);
  for (const deployment of deployments) {
    const { manifest } = await withManifest(devops, deployment);
    if (manifest) return manifest;
  }
  const unread = runs.find(({ problem }) => problem);
  if (unread?.problem) throw unread.problem;
  return undefined;
}

/** A record of a run, with the run and the name of its attachments. */
interface Deployment {
  record: DeploymentRecord;
  build: { id: number; project: string };
  attachment: string;
}

interface DeployingRun {
  deployments: Deployment[];
  /** Why it is not known what the run deployed. */
  problem?: Error;
  /** ms; undefined if the run has not finished. */
  finishedOn?: number;
}

async function readRuns(
  devops: AzureDevOps,
  { project, packageName, environment }: Place,
): Promise<{ runs: DeployingRun[]; hasMore: boolean }> {
  const tag = deploymentTag({ artifact: { name: packageName, version: "", digest: "" }, environment });
  const { builds } = await listTaggedBuilds(devops, { project, tag });
  const attachment = deploymentAttachment(environment, packageName);
  const runs = builds.slice(0, runsRead).map(async ({ id, finishTime }): Promise<DeployingRun> => {
    const finished = finishTime ? { finishedOn: Date.parse(finishTime) } : {};
    try {
      return { ...finished, deployments: await deploymentsOf(devops, { id, project }, attachment) };
    } catch (problem) {
      return { ...finished, deployments: [], problem: problem as Error };
    }
  });
  return { runs: await Promise.all(runs), hasMore: builds.length > runsRead };
}

/** What a run deployed: it may deploy several times, such as a version and, after a failed test, the one before it. */
async function deploymentsOf(
  devops: AzureDevOps,
  build: { id: number; project: string },
  attachment: string,
): Promise<Deployment[]> {
  const all = await listAttachments(devops, build, deploymentType);
  const named = all.filter(({ name }) => name === attachment);
  // Different names can have the same tag: a run with records of other names only did not deploy this package to this environment.
  if (named.length === 0 && all.length > 0) return [];
  const records = await Promise.all(
    named.map(async (each) => parseRecord((await readAttachment(devops, each, { build, maxBytes })) ?? "")),
  );
  if (records.length === 0 || records.includes(undefined))
    throw new Error(`pipeline run ${build.id} has the tag of a deployment there, but no valid record of it`);
  return records.flatMap((record) => (record ? [{ record, build, attachment }] : []));
}

async function withManifest(
  devops: AzureDevOps,
  { record, build, attachment }: Deployment,
): Promise<RecordedDeployment> {
  const all = await listAttachments(devops, build, manifestType);
  for (const each of all.filter(({ name }) => name === attachment)) {
    const manifest = readDeployedManifest(await readAttachment(devops, each, { build, maxBytes }));
    const { name, version, digest } = record.artifact;
    if (manifest?.name === name && manifest.version === version && manifest.digest === digest)
      return { record, manifest };
  }
  return { record };
}

function isAt({ artifact, environment }: DeploymentRecord, place: Place): boolean {
  return artifact.name === place.packageName && environment === place.environment;
}

function newestOf(deployments: readonly Deployment[]): Deployment | undefined {
  return deployments.reduce<Deployment | undefined>(
    (newest, each) => (newest && deployedOn(newest) >= deployedOn(each) ? newest : each),
    undefined,
  );
}

/** ms */
function deployedOn({ record }: Deployment): number {
  return Date.parse(record.deployedOn);
}
