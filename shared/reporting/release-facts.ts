import { connectAzureDevOps } from "../devops/connection.ts";
import { deployedManifest, latestDeployment, type RecordedDeployment } from "../devops/deployments.ts";
import { changesBetween } from "../notebook/artifact/changes.ts";
import type { ArtifactManifest } from "../notebook/artifact/manifest.ts";
import type { ReleaseFacts } from "../results/report/release.ts";
import type { TaskHost } from "../task/host.ts";
import { maskTexts } from "../task/secret-mask.ts";
import { clause, couldNot } from "../text/could-not.ts";

interface Release extends Pick<ReleaseFacts, "artifact" | "environment" | "runs"> {
  /** The environment that consumers use. */
  productionEnvironment: string;
  /** What was published; looked up among the deployments if undefined. */
  manifest?: ArtifactManifest;
}

/**
 * What whoever signs a release off must know besides the results. What cannot be found out is left out with a warning, because it does not
 * change whether the tests or the gate passed.
 */
export async function releaseFacts(host: TaskHost, release: Release): Promise<ReleaseFacts> {
  return maskTexts(await findFacts(host, release), (text) => host.secrets.mask(text));
}

async function findFacts(host: TaskHost, release: Release): Promise<ReleaseFacts> {
  const { productionEnvironment, manifest: known, ...facts } = release;
  const { artifact, environment } = facts;
  const project = host.variable("System.TeamProjectId");
  if (project === undefined) return { ...facts, ...(known ? { source: known.source } : {}) };
  const place = { project, packageName: artifact.name };
  const findManifest = () =>
    deployedManifest(connectAzureDevOps(host), { ...place, environment, digest: artifact.digest });
  const findProduction = async () => ({
    deployed: await latestDeployment(connectAzureDevOps(host), {
      ...place,
      environment: productionEnvironment,
    }),
  });
  const [manifest, production] = await Promise.all([
    known ??
      orWarn(host, findManifest, {
        attempted: `find out where ${artifact.name} ${artifact.version} comes from`,
        consequence: "the report does not say that",
      }),
    orWarn(host, findProduction, {
      attempted: `find out what is deployed in ${productionEnvironment}`,
      consequence: "the report does not say what changes there",
    }),
  ]);
  return {
    ...facts,
    ...(manifest ? { source: manifest.source } : {}),
    ...(production
      ? { production: productionFacts(productionEnvironment, production.deployed, manifest) }
      : {}),
  };
}

/** Undefined, with a warning, if the lookup fails. */
async function orWarn<T>(
  { signal, log }: TaskHost,
  lookUp: () => Promise<T>,
  { attempted, consequence }: { attempted: string; consequence: string },
): Promise<T | undefined> {
  try {
    return await lookUp();
  } catch (error) {
    signal.throwIfAborted();
    log.warning(couldNot(attempted, clause((error as Error).message), consequence));
    return undefined;
  }
}

function productionFacts(
  environment: string,
  deployed: RecordedDeployment | undefined,
  after: ArtifactManifest | undefined,
): NonNullable<ReleaseFacts["production"]> {
  return { environment, ...(deployed ? { deployed: deployedVersion(deployed, after) } : {}) };
}

function deployedVersion(
  { record, manifest: before }: RecordedDeployment,
  after: ArtifactManifest | undefined,
): NonNullable<ReleaseFacts["production"]>["deployed"] {
  const { version, digest } = record.artifact;
  return {
    ...{ version, digest, on: new Date(record.deployedOn) },
    ...(before && after ? { changes: changesBetween(before, after) } : {}),
  };
}
