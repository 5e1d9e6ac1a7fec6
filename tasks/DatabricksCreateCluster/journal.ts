import { independently } from "../../shared/concurrency/independent.ts";
import { clustersOf } from "../../shared/databricks/clusters/create-cluster.ts";
import { deleteCluster } from "../../shared/databricks/clusters/delete-cluster.ts";
import type { DatabricksClient } from "../../shared/databricks/connection.ts";
import type { Journal, Log } from "../../shared/task/host.ts";

/** What this task writes down for its post-job step. */
export const journalKeys = {
  /** Tag of the cluster: written before it is created. */
  intent: "clusterIntent",
  id: "clusterId",
  /** "true" once the cluster has been RUNNING. */
  ran: "clusterRan",
  /** Creations that may have made a cluster without this step's knowing of it. */
  open: "openClusterCreations",
} as const;

/**
 * Deletes the cluster that the journal names and every other one with the tag of its intent, but for the one with the id `keep`. Answers
 * how many there were that the journal does not name. May be called again, for what comes later.
 */
export function clusterRemoval(
  databricks: DatabricksClient,
  { journal, log }: { journal: Journal; log: Log },
  keep?: string,
): () => Promise<number> {
  const removed = new Set<string>();
  const remove = async (id: string) => {
    const outcome = await deleteCluster(databricks, id);
    log.line(outcome === "deleted" ? `Deleted cluster ${id}.` : `Cluster ${id} is gone already.`);
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
        await independently(ids.filter((id) => id !== keep).map((id) => () => remove(id)));
      },
    ]);
    return unknown.size;
  };
}
