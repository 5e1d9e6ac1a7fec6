import { independently } from "../../shared/concurrency/independent.ts";
import { connectForCleanUp } from "../../shared/databricks/clean-up-connection.ts";
import { cleanUpRuns } from "../../shared/databricks/runs/clean-up.ts";
import { connectFabric } from "../../shared/fabric/connection.ts";
import { DeployedRuns } from "../../shared/fabric/notebooks/deployed-runs.ts";
import { runAsTask } from "../../shared/task/run-as-task.ts";

const cancelTimeoutMs = 60_000;

/** A step has run scenarios on one platform: on the other there is nothing to cancel. */
runAsTask((host) =>
  independently([
    () => cleanUpRuns(host, connectForCleanUp),
    async () => {
      if (DeployedRuns.mayBeAlive(host.journal))
        await new DeployedRuns(await connectFabric(host), host).settle(cancelTimeoutMs);
    },
  ]),
);
