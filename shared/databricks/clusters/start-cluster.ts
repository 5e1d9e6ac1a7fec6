import { poll } from "../../http/poll.ts";
import type { Log } from "../../task/host.ts";
import { StateLog } from "../../task/state-log.ts";
import { couldNot } from "../../text/could-not.ts";
import { duration } from "../../text/duration.ts";
import type { ClusterDetails } from "../api/clusters.ts";
import type { DatabricksClient } from "../connection.ts";
import { describeTermination, terminationHint } from "./termination.ts";

/** The states that a new cluster does not leave again. */
const finalStates = new Set(["RUNNING", "TERMINATING", "TERMINATED", "ERROR"]);

/** Waits until a new cluster is RUNNING. Fails with the reason and a hint if it reaches another final state or takes too long. */
export async function waitUntilRunning(
  databricks: DatabricksClient,
  request: { clusterId: string; timeoutMs: number; log: Log; signal: AbortSignal },
): Promise<void> {
  const { clusterId: cluster_id, timeoutMs, log, signal } = request;
  const url = databricks.clusterUrl(cluster_id);
  let states: StateLog | undefined;
  const show = (cluster: ClusterDetails, elapsedMs: number, last = false) => {
    states ??= new StateLog(log, `Cluster ${cluster.cluster_name}`);
    states.show({ state: cluster.state, message: cluster.state_message, url, elapsedMs, last });
  };
  const waiting = await poll({
    check: () => databricks.clusters.get({ cluster_id }),
    done: (cluster) => finalStates.has(cluster.state),
    onTick: (cluster, elapsedMs) => show(cluster, elapsedMs),
    timeoutMs,
    signal,
  });
  signal.throwIfAborted();
  const cluster = waiting.value;
  if (!cluster)
    throw new Error(
      couldNot(
        `start cluster ${cluster_id}`,
        `Databricks did not return its state within ${duration(timeoutMs / 1000)}`,
        `see ${url}`,
      ),
    );
  if (waiting.state === "timedOut") {
    const message = cluster.state_message ? ` (${cluster.state_message})` : "";
    throw new Error(
      couldNot(
        `start cluster ${cluster.cluster_name} (${cluster_id})`,
        `after ${duration(timeoutMs / 1000)} it is still ${cluster.state}${message}`,
        `raise timeoutMinutes or see its event log at ${url}`,
      ),
    );
  }
  if (cluster.state !== "RUNNING") throw await startError(databricks, cluster, url);
  show(cluster, waiting.elapsedMs, true);
}

async function startError(
  databricks: DatabricksClient,
  cluster: ClusterDetails,
  url: string,
): Promise<Error> {
  const reason = cluster.termination_reason;
  const pool =
    reason?.code === "INSTANCE_POOL_MAX_CAPACITY_REACHED" ? await poolUsage(databricks, cluster) : undefined;
  return new Error(
    couldNot(
      `start cluster ${cluster.cluster_name} (${cluster.cluster_id})`,
      `it is ${cluster.state} (${describeTermination(reason)}${pool ? `; ${pool}` : ""})`,
      `${terminationHint(reason)}; its event log is at ${url}`,
    ),
  );
}

/** How full the cluster's pool is, as a clause of an error message. Undefined if that cannot be read, since it is only an addition. */
async function poolUsage(databricks: DatabricksClient, cluster: ClusterDetails): Promise<string | undefined> {
  const instance_pool_id = cluster.instance_pool_id;
  if (!instance_pool_id) return undefined;
  const pool = await databricks.instancePools.get({ instance_pool_id }).catch(() => undefined);
  if (pool?.max_capacity === undefined) return undefined;
  const used = (pool.stats?.used_count ?? 0) + (pool.stats?.pending_used_count ?? 0);
  return `pool ${pool.instance_pool_name ?? instance_pool_id} has ${used} of ${pool.max_capacity} instances in use`;
}
