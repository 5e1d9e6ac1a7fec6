import { RequestError } from "../../http/errors.ts";
import type { DatabricksClient } from "../connection.ts";

/** A cluster's name and since when it has been running, on the platform's clock. */
export interface ClusterLife {
  name: string;
  url: string;
  runningSince: Date;
}

/**
 * Reads since when a cluster has been running: from its last RUNNING event, which leaves out the time in which its machines
 * were started. Undefined where it cannot be read: a summary is no reason to fail.
 */
export async function clusterLife(
  databricks: DatabricksClient,
  cluster_id: string,
): Promise<ClusterLife | undefined> {
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
