import type { DatabricksClient } from "../../../shared/databricks/connection.ts";
import { exportContent } from "../../../shared/databricks/folders/object-content.ts";
import { hasHash } from "../../../shared/databricks/folders/published-content.ts";
import type { VerifiedDeployment } from "../../../shared/databricks/folders/verified-deployment.ts";
import { scenariosFile } from "../../../shared/notebook/scenarios/read-scenarios.ts";
import type { Scenario } from "../../../shared/notebook/scenarios/scenario.ts";
import type { Log } from "../../../shared/task/host.ts";
import { couldNot } from "../../../shared/text/could-not.ts";
import { chooseScenarios } from "../choose-scenarios.ts";
import type { DatabricksInputs } from "../inputs.ts";

/** Finds the chosen scenarios of the deployed artifact. Fails if there are none, unless the input `allowEmpty` is true. */
export async function findScenarios(
  databricks: DatabricksClient,
  inputs: DatabricksInputs,
  { deployment, log }: { deployment: VerifiedDeployment; log: Log },
): Promise<Scenario[]> {
  const { folder } = inputs;
  // A list that others put into the folder is not a part of the artifact.
  const hasList = deployment.files.includes(scenariosFile);
  const list = hasList ? await readList(databricks, folder, deployment) : undefined;
  const { notebooks, record } = deployment;
  return chooseScenarios(inputs, { place: folder, artifact: record.artifact, notebooks, list }, log);
}

/** Reads the list as it was published. It is read after the folder was verified, so somebody may have changed it in between. */
async function readList(
  databricks: DatabricksClient,
  folder: string,
  { manifest }: VerifiedDeployment,
): Promise<string> {
  const content = await exportContent(databricks, `${folder}/${scenariosFile}`, { kind: "plain" });
  const published = manifest.files.find(({ path }) => path === scenariosFile);
  if (content && published && hasHash(content, published.sha256)) return content.toString("utf8");
  throw new Error(
    couldNot(
      `read ${scenariosFile} in ${folder}`,
      "it is not the one that was published",
      "let nobody change the folder while it is tested, and run the step again",
    ),
  );
}
