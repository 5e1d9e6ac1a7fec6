import type { DatabricksRun } from "../../../driver/execution-request.ts";
import type { Cluster } from "../clusters/cluster.ts";
import { organisationId } from "../principal.ts";
import { clusterNotes } from "../unsupported.ts";
import type { Run } from "./run.ts";

/** What a notebook of this run is told about itself. */
export function factsOfRun(
  run: Run,
  { cluster, notebookId, url }: { cluster: Cluster | undefined; notebookId: number | undefined; url: string },
): DatabricksRun {
  const { id, userName } = run.creator;
  return {
    workspaceUrl: url,
    orgId: organisationId,
    user: { id, name: userName },
    ...(notebookId === undefined ? {} : { notebookId: String(notebookId) }),
    job: { ...(run.isJobRun ? { id: String(run.jobId) } : {}), runId: String(run.runId) },
    ...(cluster ? { cluster: factsOfCluster(cluster) } : {}),
  };
}

function factsOfCluster(cluster: Cluster): NonNullable<DatabricksRun["cluster"]> {
  const { spark_version, node_type_id, driver_node_type_id, autoscale } = cluster.spec;
  const nodeTypeId = node_type_id ? String(node_type_id) : undefined;
  const driverNodeTypeId = driver_node_type_id ? String(driver_node_type_id) : nodeTypeId;
  return {
    name: cluster.name,
    sparkVersion: String(spark_version),
    ...(nodeTypeId ? { nodeTypeId } : {}),
    ...(driverNodeTypeId ? { driverNodeTypeId } : {}),
    workers: cluster.workers,
    scalingType: autoscale ? "autoscaling" : "fixed_size",
    creator: cluster.creator.userName,
    isJobCluster: cluster.source === "JOB",
    tags: cluster.customTags,
    notes: clusterNotes(cluster.spec),
  };
}
