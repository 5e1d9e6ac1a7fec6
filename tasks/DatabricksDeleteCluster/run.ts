import { deleteCluster } from "../../shared/databricks/clusters/delete-cluster.ts";
import { connectDatabricks } from "../../shared/databricks/connection.ts";
import { InputError, type TaskHost } from "../../shared/task/host.ts";
import { couldNot } from "../../shared/text/could-not.ts";
import { loadInputs } from "./inputs.ts";

/** The form of every cluster id, e.g. `0923-164208-meows279`. */
const clusterIdForm = /^\d{4}-\d{6}-[a-z0-9]+$/i;

export async function run(host: TaskHost): Promise<void> {
  const { clusterId } = loadInputs(host);
  if (!clusterIdForm.test(clusterId))
    throw new InputError(
      couldNot(
        "use the input 'clusterId'",
        `'${clusterId}' is not the id of a cluster`,
        "give an id such as 0923-164208-meows279, or leave the input at $(ClusterId)",
      ),
    );
  const outcome = await deleteCluster(connectDatabricks(host), clusterId);
  host.log.line(
    outcome === "deleted"
      ? `Deleted cluster ${clusterId} permanently.`
      : `Cluster ${clusterId} is gone already: nothing to delete.`,
  );
}
