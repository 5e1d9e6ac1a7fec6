import { RequestError } from "../../http/errors.ts";
import type { DatabricksClient } from "../connection.ts";
import { describeTermination, terminationHint } from "./termination.ts";

const aliveStates = new Set(["PENDING", "RUNNING", "RESTARTING", "RESIZING"]);
/** The termination codes of a job cluster whose run has ended. They do not explain why the run failed. */
const codesAfterRun = new Set(["JOB_FINISHED"]);

/**
 * Why the cluster of a failed run ended, as clauses of a sentence. Undefined if the cluster is alive, ended because the run had ended, or
 * cannot be read.
 */
export async function whyClusterEnded(
  databricks: DatabricksClient,
  cluster_id: string,
): Promise<string | undefined> {
  try {
    const cluster = await databricks.clusters.get({ cluster_id });
    const reason = cluster.termination_reason;
    if (aliveStates.has(cluster.state) || (reason && codesAfterRun.has(reason.code))) return undefined;
    return `its cluster ${cluster.cluster_name} (${cluster_id}) is ${cluster.state} (${describeTermination(reason)}); ${terminationHint(reason)}`;
  } catch (error) {
    if (error instanceof RequestError && error.kind === "notFound")
      return `its cluster ${cluster_id} was deleted during the run; see in the workspace's audit log who deleted it`;
    return undefined; // the reason only completes another error
  }
}
