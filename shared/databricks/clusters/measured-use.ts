import { type ClusterUse, clusterUse } from "../../results/cluster-use.ts";
import type { NotebookResult } from "../../results/notebook-result.ts";
import type { DatabricksClient } from "../connection.ts";
import { clusterLife } from "./cluster-life.ts";

/** How much of the life of a cluster the notebooks used, until now. Undefined if it cannot be read. */
export async function measuredUse(
  databricks: DatabricksClient,
  clusterId: string,
  notebooks: readonly NotebookResult[],
): Promise<ClusterUse | undefined> {
  const life = await clusterLife(databricks, clusterId);
  if (!life) return undefined;
  const ends = notebooks.map((each) => each.startedOn.getTime() + each.durationSeconds * 1000);
  // The clocks of the platform and the agent differ: no notebook may end after the time that is counted.
  return clusterUse({ ...life, until: new Date(Math.max(Date.now(), ...ends)) }, notebooks);
}
