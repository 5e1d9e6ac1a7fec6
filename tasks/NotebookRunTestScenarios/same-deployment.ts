import type { DeploymentRecord } from "../../shared/deployment/record.ts";
import { clause, couldNot } from "../../shared/text/could-not.ts";

/**
 * Verifies after the runs that what was deployed before them is still there, because somebody may have edited or deployed something in
 * between. Not even a deployment that came and went may go unnoticed, so the time of the deployment must be the same, too.
 * @param verify reads the record of what is there now; fails if that is not what was published
 * @param place `where`: for the sentence; `kind`: the word for it
 */
export async function requireSameDeployment(
  before: DeploymentRecord,
  verify: () => Promise<DeploymentRecord>,
  place: { where: string; kind: "folder" | "workspace" },
): Promise<DeploymentRecord> {
  const { name, version, digest } = before.artifact;
  const refuse = (reason: string) =>
    new Error(
      couldNot(
        `confirm that the scenarios tested ${name} ${version}`,
        reason,
        `let nobody change the ${place.kind} while it is tested, and run the step again`,
      ),
    );
  const record = await verify().catch((error: Error) => {
    throw refuse(clause(error.message));
  });
  const { artifact, deployedOn } = record;
  const isSame = artifact.name === name && artifact.version === version && artifact.digest === digest;
  if (isSame && deployedOn === before.deployedOn) return record;
  throw refuse(`${artifact.name} ${artifact.version} was deployed to ${place.where} while the scenarios ran`);
}
