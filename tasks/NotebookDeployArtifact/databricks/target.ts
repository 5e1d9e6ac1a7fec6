import { connectDatabricks } from "../../../shared/databricks/connection.ts";
import type { TaskHost } from "../../../shared/task/host.ts";
import type { DeploymentTarget } from "../target.ts";
import { deploy } from "./deploy.ts";
import { readImportable } from "./files.ts";
import { saveFinalRecord } from "./final-record.ts";
import { undoDeployment } from "./undo.ts";

/** A folder of a Databricks workspace. */
export function databricksTarget(
  host: TaskHost,
  place: { target: string; environment: string },
): DeploymentTarget {
  const databricks = connectDatabricks(host);
  return {
    path: place.target,
    deploy: async (artifact, tempFolder) =>
      deploy(host, databricks, { ...place, artifact: await readImportable(artifact), tempFolder }),
    undo: (options) => undoDeployment(databricks, host, options),
    saveRecord: (record, tempFolder) => saveFinalRecord(host, record, tempFolder),
  };
}
