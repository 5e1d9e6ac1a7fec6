import { connectAzureDevOps } from "../devops/connection.ts";
import { latestDeployment, type RecordedDeployment } from "../devops/deployments.ts";
import { RequestError } from "../http/errors.ts";
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
  const withSource = ({ source }: Pick<ArtifactManifest, "source">) => ({ ...facts, source });
  const incomplete = known ? withSource(known) : facts;
  if (project === undefined) return incomplete;
  try {
    const devops = connectAzureDevOps(host);
    const find = (place: { environment: string; digest?: string }) =>
      latestDeployment(devops, { project, packageName: artifact.name, ...place });
    const [tested, production] = await Promise.all([
      known ? { manifest: known } : find({ environment, digest: artifact.digest }),
      find({ environment: productionEnvironment }),
    ]);
    const { manifest } = tested ?? {};
    return {
      ...(manifest ? withSource(manifest) : facts),
      production: {
        environment: productionEnvironment,
        ...(production ? { deployed: deployedVersion(production, manifest) } : {}),
      },
    };
  } catch (error) {
    if (!(error instanceof RequestError)) throw error;
    host.log.warning(
      couldNot(
        `find out what is deployed in ${productionEnvironment}`,
        clause(error.message),
        "the report does not say what changes there",
      ),
    );
    return incomplete;
  }
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
