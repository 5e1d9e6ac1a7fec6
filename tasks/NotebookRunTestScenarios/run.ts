import type { TaskHost } from "../../shared/task/host.ts";
import { testOnDatabricks } from "./databricks/test-deployment.ts";
import { testInFabric } from "./fabric/test-deployment.ts";
import { loadInputs } from "./inputs.ts";

export async function run(host: TaskHost): Promise<void> {
  const inputs = loadInputs(host);
  await (inputs.platform === "fabric" ? testInFabric(host, inputs) : testOnDatabricks(host, inputs));
}
