import { readClusterConfig, transient } from "../../shared/databricks/clusters/cluster-config.ts";
import { createCluster, NothingCreated } from "../../shared/databricks/clusters/create-cluster.ts";
import { installLibraries } from "../../shared/databricks/clusters/install-libraries.ts";
import { waitUntilRunning } from "../../shared/databricks/clusters/start-cluster.ts";
import { connectDatabricks } from "../../shared/databricks/connection.ts";
import { wait } from "../../shared/http/wait.ts";
import { intentPath, newIntent } from "../../shared/intent/intent.ts";
import { OpenRequests } from "../../shared/intent/open-requests.ts";
import type { TaskHost } from "../../shared/task/host.ts";
import { loadInputs } from "./inputs.ts";
import { clusterRemoval, journalKeys } from "./journal.ts";

/** How long a cancelled step waits for the answer of a creation under way, so as to know what to delete. */
const answerWithinMs = 3_000;

export async function run(host: TaskHost): Promise<void> {
  const { log, signal, journal } = host;
  const inputs = loadInputs(host);
  const intent = intentPath(newIntent(host.variable));
  const spec = transient(await readClusterConfig(inputs.clusterConfig), intent);
  const databricks = connectDatabricks(host);
  const deadline = performance.now() + inputs.timeoutMinutes * 60_000;
  const timeLeftMs = () => Math.max(0, deadline - performance.now());

  journal.write(journalKeys.intent, intent);
  const open = new OpenRequests(journal, journalKeys.open);
  const creating = createCluster(databricks, { spec, intent, open, log, signal });
  const recordId = (id: string) => journal.write(journalKeys.id, id);
  const forgetIfNothing = (error: unknown) => {
    if (error instanceof NothingCreated) journal.write(journalKeys.intent, "");
  };
  let ran = false;
  host.onCancel(async () => {
    if (ran && inputs.keepCluster) return log.line(`Kept cluster ${spec.cluster_name}, as keepCluster asks.`);
    await Promise.race([creating.then(recordId, forgetIfNothing), wait(answerWithinMs)]);
    open.seen(await clusterRemoval(databricks, host)());
  });
  const clusterId = await creating;
  recordId(clusterId);
  host.output("ClusterId", clusterId);
  host.output("ClusterName", spec.cluster_name!);
  host.output("ClusterUrl", databricks.clusterUrl(clusterId));
  log.line(`Created cluster ${spec.cluster_name} (${clusterId}), ${databricks.clusterUrl(clusterId)}`);

  await waitUntilRunning(databricks, { clusterId, timeoutMs: timeLeftMs(), log, signal });
  ran = true;
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
