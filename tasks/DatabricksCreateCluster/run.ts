import { readClusterConfig, transientClusterSpec } from "../../shared/databricks/clusters/cluster-config.ts";
import { createCluster } from "../../shared/databricks/clusters/create-cluster.ts";
import { installLibraries } from "../../shared/databricks/clusters/install-libraries.ts";
import { waitUntilRunning } from "../../shared/databricks/clusters/start-cluster.ts";
import { connectDatabricks } from "../../shared/databricks/connection.ts";
import { checkTokenLifetime } from "../../shared/databricks/token-lifetime.ts";
import { wait } from "../../shared/http/wait.ts";
import { NothingCreated } from "../../shared/intent/create-once.ts";
import { intentPath, newIntent } from "../../shared/intent/intent.ts";
import { OpenRequests } from "../../shared/intent/open-requests.ts";
import type { TaskHost } from "../../shared/task/host.ts";
import { loadInputs } from "./inputs.ts";
import { clusterRemoval, journalKeys } from "./journal.ts";

/** How long a cancelled step waits for the answer to a pending creation, which has the id of the cluster to delete. */
const pendingCreationTimeoutMs = 3_000;

export async function run(host: TaskHost): Promise<void> {
  const { log, signal, journal } = host;
  const inputs = loadInputs(host);
  const intent = intentPath(newIntent(host.variable));
  const spec = transientClusterSpec(await readClusterConfig(inputs.clusterConfig, log), intent);
  const databricks = connectDatabricks(host);
  checkTokenLifetime(host, inputs.timeoutMinutes);
  const deadline = performance.now() + inputs.timeoutMinutes * 60_000;
  const timeLeftMs = () => Math.max(0, deadline - performance.now());

  journal.write(journalKeys.intent, intent);
  const open = new OpenRequests(journal, journalKeys.open);
  const creating = createCluster(databricks, { spec, intent, open, log, signal });
  const recordId = (id: string) => journal.write(journalKeys.id, id);
  const clearIntentIfNothingCreated = (error: unknown) => {
    if (error instanceof NothingCreated) journal.write(journalKeys.intent, "");
  };
  let hasRun = false;
  host.onCancel(async () => {
    if (hasRun && inputs.keepCluster)
      return log.line(`Kept cluster ${spec.cluster_name}, because keepCluster is true.`);
    await Promise.race([
      creating.then(recordId, clearIntentIfNothingCreated),
      wait(pendingCreationTimeoutMs),
    ]);
    open.seen(await clusterRemoval(databricks, host)());
  });
  const clusterId = await creating;
  recordId(clusterId);
  host.output("ClusterId", clusterId);
  host.output("ClusterName", spec.cluster_name!);
  host.output("ClusterUrl", databricks.clusterUrl(clusterId));
  log.line(`Created cluster ${spec.cluster_name} (${clusterId}), ${databricks.clusterUrl(clusterId)}`);

  await waitUntilRunning(databricks, { clusterId, timeoutMs: timeLeftMs(), log, signal });
  hasRun = true;
  journal.write(journalKeys.ran, "true");
  if (inputs.libraries.length > 0)
    await installLibraries(databricks, {
      clusterId,
      libraries: inputs.libraries,
      timeoutMs: timeLeftMs(),
      log,
      signal,
    });
}
