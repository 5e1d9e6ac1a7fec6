import type { DatabricksClient } from "../../shared/databricks/connection.ts";
import { exportContent } from "../../shared/databricks/folders/object-content.ts";
import { hasHash } from "../../shared/databricks/folders/published-content.ts";
import type { VerifiedDeployment } from "../../shared/databricks/folders/verified-deployment.ts";
import { readScenarios, scenariosFile } from "../../shared/notebook/scenarios/read-scenarios.ts";
import type { Scenario } from "../../shared/notebook/scenarios/scenario.ts";
import { selectListed, selectNotebooks } from "../../shared/notebook/scenarios/select-scenarios.ts";
import type { Log } from "../../shared/task/host.ts";
import { couldNot } from "../../shared/text/could-not.ts";
import type { Inputs } from "./inputs.ts";

/** Finds the chosen scenarios of the deployed artifact. Fails if there are none, unless the input `allowEmpty` is true. */
export async function findScenarios(
  databricks: DatabricksClient,
  { folder, scenarios: choice, allowEmpty }: Inputs,
  { deployment, log }: { deployment: VerifiedDeployment; log: Log },
): Promise<Scenario[]> {
  // A list that others put into the folder is not a part of the artifact.
  const hasList = deployment.files.includes(scenariosFile);
  const { scenarios, whyNone } = hasList
    ? selectListed(readScenarios(await readList(databricks, folder, deployment)), choice)
    : selectNotebooks(deployment.notebooks, choice);
  const { name, version } = deployment.record.artifact;
  const place = hasList ? `${scenariosFile} of ${name} ${version}` : `the notebooks of ${name} ${version}`;
  if (whyNone === undefined) {
    log.outside(
      `Found ${scenarios.length} ${scenarios.length === 1 ? "scenario" : "scenarios"} in ${place}, deployed in ${folder}.`,
    );
    return scenarios;
  }
  if (!allowEmpty)
    throw new Error(
      couldNot(
        `find a test scenario in ${place}`,
        whyNone.reason,
        whyNone.advice.endsWith("?")
          ? whyNone.advice
          : `${whyNone.advice}, or set allowEmpty to true if there need not be any`,
      ),
    );
  log.outside(`Found no test scenario in ${place}: ${whyNone.reason}. allowEmpty permits that.`);
  return [];
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
