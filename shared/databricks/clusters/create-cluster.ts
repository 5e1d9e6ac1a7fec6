import type { RequestError } from "../../http/errors.ts";
import { createOnce } from "../../intent/create-once.ts";
import { intentTag } from "../../intent/intent.ts";
import type { OpenRequests } from "../../intent/open-requests.ts";
import type { Log } from "../../task/host.ts";
import type { ClusterDetails, ClusterSpec } from "../api/clusters.ts";
import type { DatabricksClient } from "../connection.ts";

/** Creates a cluster, at most one for its intent, and returns its id. Fails with NothingCreated if no cluster can exist. */
export async function createCluster(
  databricks: DatabricksClient,
  request: { spec: ClusterSpec; intent: string; open: OpenRequests; log: Log; signal: AbortSignal },
): Promise<string> {
  const { spec, intent, ...surroundings } = request;
  return createOnce({
    ...surroundings,
    thing: `cluster ${spec.cluster_name}`,
    create: async () => (await databricks.clusters.create(spec)).cluster_id,
    find: () => clustersOf(databricks, intent),
    adopt: ({ cluster_id }) => cluster_id,
    explain: (refusal) => explained(refusal, spec),
  });
}

/** Every cluster with the intent's tag: several if one was created after an answer that left that open. */
export async function clustersOf(databricks: DatabricksClient, intent: string): Promise<ClusterDetails[]> {
  const found: ClusterDetails[] = [];
  for await (const cluster of databricks.clusters.list())
    if (cluster.custom_tags?.[intentTag] === intent) found.push(cluster);
  return found;
}

function explained(refusal: RequestError, { instance_pool_id }: ClusterSpec): RequestError {
  if (refusal.errorCode !== "PERMISSION_DENIED" || instance_pool_id === undefined) return refusal;
  return refusal.advising(
    `give the identity of this pipeline "Can Attach To" on instance pool ${instance_pool_id} (Compute > Pools > Permissions) and the right to create clusters`,
  );
}
