import { RequestError } from "../../http/errors.ts";
import { poll } from "../../http/poll.ts";
import { intentTag } from "../../intent/intent.ts";
import { lookBeforeNextMs, type OpenRequests } from "../../intent/open-requests.ts";
import type { Log } from "../../task/host.ts";
import type { ClusterDetails, ClusterSpec } from "../api/clusters.ts";
import type { DatabricksClient } from "../connection.ts";

const mostAttempts = 3;

/**
 * Creates a cluster, at most one for its intent. The API has no idempotency token: after an answer that leaves open whether the cluster
 * came to be, one with the intent's tag is looked for and adopted before another is asked for. What comes later still, `open` knows of.
 */
export async function createCluster(
  databricks: DatabricksClient,
  request: { spec: ClusterSpec; intent: string; open: OpenRequests; log: Log; signal: AbortSignal },
): Promise<string> {
  const { spec, intent, open, log, signal } = request;
  for (let attempt = 1; ; attempt++) {
    try {
      return (await open.track(() => databricks.clusters.create(spec))).cluster_id;
    } catch (error) {
      if (!(error instanceof RequestError)) throw error;
      if (!error.ambiguous) throw attempt === 1 ? new NothingCreated(error, spec) : error;
      log.outside(`${error.message} The cluster may exist all the same: looking for it.`);
      const found = await waitForCluster(databricks, intent, signal);
      if (found) {
        open.seen(1);
        log.line(
          `Cluster ${spec.cluster_name} was created as ${found.cluster_id} although the answer was lost.`,
        );
        return found.cluster_id;
      }
      if (attempt === mostAttempts || signal.aborted) throw error;
    }
  }
}

/** Every cluster with the intent's tag: several if one came to be after an answer that left that open. */
export async function clustersOf(databricks: DatabricksClient, intent: string): Promise<ClusterDetails[]> {
  const found: ClusterDetails[] = [];
  for await (const cluster of databricks.clusters.list())
    if (cluster.custom_tags?.[intentTag] === intent) found.push(cluster);
  return found;
}

async function waitForCluster(
  databricks: DatabricksClient,
  intent: string,
  signal: AbortSignal,
): Promise<ClusterDetails | undefined> {
  const looking = await poll({
    check: () => clustersOf(databricks, intent),
    done: (clusters) => clusters.length > 0,
    timeoutMs: lookBeforeNextMs,
    signal,
  });
  return looking.value?.[0];
}

/** The workspace refused, or was not reached: no cluster can have come of it. */
export class NothingCreated extends Error {
  override name = "NothingCreated";
  constructor(cause: RequestError, { instance_pool_id }: ClusterSpec) {
    const advice = `give the identity of this pipeline "Can Attach To" on instance pool ${instance_pool_id} (Compute > Pools > Permissions) and the right to create clusters`;
    const refused = cause.errorCode === "PERMISSION_DENIED" && instance_pool_id !== undefined;
    super(refused ? cause.advising(advice).message : cause.message, { cause });
  }
}
