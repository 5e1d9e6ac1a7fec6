import { RequestError } from "../../http/errors.ts";
import type { DatabricksWorkspace } from "../connection.ts";

/** Deletes a cluster permanently. Answers whether there was one: what is gone already is what was wanted. */
export async function deleteCluster(
  workspace: DatabricksWorkspace,
  clusterId: string,
): Promise<"deleted" | "gone"> {
  try {
    await workspace.clusters.permanentDelete({ cluster_id: clusterId });
    return "deleted";
  } catch (error) {
    if (error instanceof RequestError && error.kind === "notFound") return "gone";
    throw error;
  }
}
