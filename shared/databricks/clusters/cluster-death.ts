import { RequestError } from "../../http/errors.ts";
import type { DatabricksClient } from "../connection.ts";
import { describeTermination, terminationHint } from "./termination.ts";

const alive = new Set(["PENDING", "RUNNING", "RESTARTING", "RESIZING"]);
/** How the cluster of a job ends when its run has: not a cause of anything. */
const afterRun = new Set(["JOB_FINISHED"]);

/** How the cluster under a failed run came to its end, as a clause, or undefined where it lives or ended because the run had. */
export async function clusterDeath(
  databricks: DatabricksClient,
  cluster_id: string,
): Promise<string | undefined> {
  try {
    const cluster = await databricks.clusters.get({ cluster_id });
    const reason = cluster.termination_reason;
    if (alive.has(cluster.state) || (reason && afterRun.has(reason.code))) return undefined;
    return `its cluster ${cluster.cluster_name} (${cluster_id}) is ${cluster.state} (${describeTermination(reason)}); ${terminationHint(reason)}`;
  } catch (error) {
    if (error instanceof RequestError && error.kind === "notFound")
      return `its cluster ${cluster_id} was deleted while it ran; see the workspace's audit log for who deleted it`;
    return undefined; // only an addition to an error: that it cannot be had is none
  }
}
