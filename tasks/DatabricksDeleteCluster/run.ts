import { deleteCluster } from "../../shared/databricks/clusters/delete-cluster.ts";
import { connectDatabricks } from "../../shared/databricks/connection.ts";
import { InputError, type TaskHost } from "../../shared/task/host.ts";
import { couldNot } from "../../shared/text/could-not.ts";
import { loadInputs } from "./inputs.ts";

/** Matches a cluster id, such as `0923-164208-meows279`. */
const clusterIdPattern = /^\d{4}-\d{6}-[a-z0-9]+$/i;

export async function run(host: TaskHost): Promise<void> {
  const { clusterId } = loadInputs(host);
  if (clusterId === undefined) {
    // With the condition always(), the step runs also after a failure before the cluster was created.
    host.log.line(
      "There is no cluster to delete: the input 'clusterId' has no value, because no cluster was created.",
    );
    return;
  }
  if (!clusterIdPattern.test(clusterId))
    throw new InputError(
      couldNot(
        "use the input 'clusterId'",
        `'${clusterId}' is not the id of a cluster`,
        "give an id such as 0923-164208-meows279, or leave the input at its default $(ClusterId)",
      ),
    );
  const outcome = await deleteCluster(connectDatabricks(host), clusterId);
  host.log.line(
    outcome === "deleted"
      ? `Deleted cluster ${clusterId} permanently.`
      : `Did not delete cluster ${clusterId}: it does not exist.`,
  );
}
