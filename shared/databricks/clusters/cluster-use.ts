import { RequestError } from "../../http/errors.ts";
import { type ClusterUse, clusterUse } from "../../results/cluster-use.ts";
import type { NotebookResult } from "../../results/notebook-result.ts";
import type { DatabricksClient } from "../connection.ts";

/** Reads how long a cluster has been running until now, and for how much of that notebooks ran. Undefined if it cannot be read. */
export async function readClusterUse(
  databricks: DatabricksClient,
  clusterId: string,
  notebooks: readonly NotebookResult[],
): Promise<ClusterUse | undefined> {
  const cluster = await readRunningCluster(databricks, clusterId);
  if (!cluster) return undefined;
  const ends = notebooks.map(
    ({ startedOn, durationSeconds }) => startedOn.getTime() + durationSeconds * 1000,
  );
  // The clocks of Databricks and the agent differ, and no notebook may end after the time that is counted.
  return clusterUse({ ...cluster, until: new Date(Math.max(Date.now(), ...ends)) }, notebooks);
}

interface RunningCluster {
  name: string;
  url: string;
  /** By Databricks' clock. */
  runningSince: Date;
}

/**
 * Reads since when a cluster has been running. Counts from its last RUNNING event, because `start_time` includes the time in which its
 * machines started. Undefined if it cannot be read: a step does not fail for a line in its summary.
 */
async function readRunningCluster(
  databricks: DatabricksClient,
  cluster_id: string,
): Promise<RunningCluster | undefined> {
  try {
    const [cluster, [running]] = await Promise.all([
      databricks.clusters.get({ cluster_id }),
      databricks.clusters.events({ cluster_id, type: "RUNNING" }),
    ]);
    const sinceMs = running?.timestamp ?? cluster.start_time;
    if (sinceMs === undefined) return undefined;
    return {
      name: cluster.cluster_name || cluster_id,
      url: databricks.clusterUrl(cluster_id),
      runningSince: new Date(sinceMs),
    };
  } catch (error) {
    if (error instanceof RequestError) return undefined;
    throw error;
  }
}
