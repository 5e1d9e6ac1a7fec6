import { RequestError } from "../../http/errors.ts";
import type { DatabricksClient } from "../connection.ts";

/** Deletes a cluster permanently. Answers whether there was one: what is gone already is what was wanted. */
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
