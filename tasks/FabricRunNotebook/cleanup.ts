import { connectFabric } from "../../shared/fabric/connection.ts";
import { TemporaryNotebooks } from "../../shared/fabric/notebooks/temporary-notebooks.ts";
import { runAsTask } from "../../shared/task/run-as-task.ts";

const cancelTimeoutMs = 60_000;

runAsTask(async (host) => {
  if (!TemporaryNotebooks.mayExist(host.journal)) return;
  if (host.booleanInput("keepNotebooks")) {
    host.log.line("Kept the temporary notebooks, because keepNotebooks is true.");
    return;
  }
  await new TemporaryNotebooks(await connectFabric(host), host).settle(cancelTimeoutMs);
});
