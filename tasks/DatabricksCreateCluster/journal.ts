import { independently } from "../../shared/concurrency/independent.ts";
import { clustersOf } from "../../shared/databricks/clusters/create-cluster.ts";
import { deleteCluster } from "../../shared/databricks/clusters/delete-cluster.ts";
import type { DatabricksClient } from "../../shared/databricks/connection.ts";
import type { Journal, Log } from "../../shared/task/host.ts";

/** What this task records for its post-job step. */
export const journalKeys = {
  /** Value of the cluster's tag `notebook-ops`, written before the cluster is created. */
  intent: "clusterIntent",
  id: "clusterId",
  /** "true" once the cluster has been RUNNING. */
  ran: "clusterRan",
  /** OpenRequests that may have created a cluster. */
  open: "openClusterCreations",
} as const;

/**
 * Returns a function that deletes the cluster in the journal and every other cluster with the tag of the intent, and returns the number of
 * clusters that are not in the journal. It may be called again, for clusters that appear later.
 * @param keptId the id of a cluster that is not deleted
 */
export function clusterRemoval(
  databricks: DatabricksClient,
  { journal, log }: { journal: Journal; log: Log },
  keptId?: string,
): () => Promise<number> {
  const removed = new Set<string>();
  const remove = async (id: string) => {
    const outcome = await deleteCluster(databricks, id);
    log.line(outcome === "deleted" ? `Deleted cluster ${id}.` : `Cluster ${id} no longer exists.`);
    removed.add(id);
  };
  return async () => {
    const intent = journal.read(journalKeys.intent);
    if (intent === undefined) return 0;
    const known = journal.read(journalKeys.id);
    const unknown = new Set<string>();
    await independently([
      async () => {
        for (const { cluster_id } of await clustersOf(databricks, intent))
          if (cluster_id !== known && !removed.has(cluster_id)) unknown.add(cluster_id);
      },
      async () => {
        const ids = [...(known === undefined || removed.has(known) ? [] : [known]), ...unknown];
        await independently(ids.filter((id) => id !== keptId).map((id) => () => remove(id)));
      },
    ]);
    return unknown.size;
  };
}
