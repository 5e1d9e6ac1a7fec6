import { RequestError } from "../../http/errors.ts";
import type { DatabricksClient } from "../connection.ts";

/** Deletes a cluster permanently. Returns "gone" if the workspace does not have it; that is a success, too. */
export async function deleteCluster(
  databricks: DatabricksClient,
  clusterId: string,
): Promise<"deleted" | "gone"> {
  try {
    await databricks.clusters.permanentDelete({ cluster_id: clusterId });
    return "deleted";
  } catch (error) {
    if (error instanceof RequestError && error.kind === "notFound") return "gone";
    throw error;
  }
}
