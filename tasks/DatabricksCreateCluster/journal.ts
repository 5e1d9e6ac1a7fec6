import type { DatabricksWorkspace } from "../../shared/databricks/connection.ts";
import { clustersOf } from "../../shared/databricks/create-cluster.ts";
import { deleteCluster } from "../../shared/databricks/delete-cluster.ts";
import type { Journal, Log } from "../../shared/task/index.ts";

/** What this task writes down for its post-job step. */
export const journalKeys = {
  /** Tag of the cluster: written before it is created. */
  intent: "clusterIntent",
  id: "clusterId",
  /** "true" once the cluster has been RUNNING. */
  ran: "clusterRan",
} as const;

/** Deletes the cluster that the journal knows: by its id, or where there is none by the tag of the intent. */
export async function removeCluster(
  workspace: DatabricksWorkspace,
  { journal, log }: { journal: Journal; log: Log },
): Promise<void> {
  const intent = journal.read(journalKeys.intent);
  if (intent === undefined) return;
  const id = journal.read(journalKeys.id);
  const ids = id ? [id] : (await clustersOf(workspace, intent)).map((cluster) => cluster.cluster_id);
  for (const clusterId of ids) {
    const outcome = await deleteCluster(workspace, clusterId);
    log.line(
      outcome === "deleted" ? `Deleted cluster ${clusterId}.` : `Cluster ${clusterId} is gone already.`,
    );
  }
}
