import type { DatabricksClient } from "../../shared/databricks/connection.ts";
import { requireDeployment } from "../../shared/databricks/folders/verified-deployment.ts";
import type { DeploymentRecord } from "../../shared/deployment/record.ts";
import { clause, couldNot } from "../../shared/text/could-not.ts";
import type { Inputs } from "./inputs.ts";

/**
 * Verifies after the runs that the folder contains what was there before them, because somebody may have edited or deployed something in
 * between. Not even a deployment that came and went may go unnoticed, so the time of the deployment must be the same, too.
 */
export async function requireSameDeployment(
  databricks: DatabricksClient,
  { folder, environment }: Inputs,
  before: DeploymentRecord,
): Promise<DeploymentRecord> {
  const { name, version, digest } = before.artifact;
  const refuse = (reason: string) =>
    new Error(
      couldNot(
        `confirm that the scenarios tested ${name} ${version}`,
        reason,
        "let nobody change the folder while it is tested, and run the step again",
      ),
    );
  const { record } = await requireDeployment(databricks, folder, environment).catch((error: Error) => {
    throw refuse(clause(error.message));
  });
  const { artifact, deployedOn } = record;
  const isSame = artifact.name === name && artifact.version === version && artifact.digest === digest;
  if (isSame && deployedOn === before.deployedOn) return record;
  throw refuse(`${artifact.name} ${artifact.version} was deployed to ${folder} while the scenarios ran`);
}
