import { connectFabric } from "../../shared/fabric/connection.ts";
import { LiveTestRun } from "../../shared/fabric/spark-tests/live-test-run.ts";
import { runAsTask } from "../../shared/task/run-as-task.ts";

const cancelTimeoutMs = 60_000;

runAsTask(async (host) => {
  if (!LiveTestRun.mayExist(host.journal)) return;
  await LiveTestRun.resume(host, await connectFabric(host)).settle(cancelTimeoutMs);
});
