import {
  readJsonObject,
  requireMachines,
  warnOfUnknownFields,
  withIntentTag,
} from "../../shared/databricks/clusters/cluster-config.ts";
import { intentPath, newIntent } from "../../shared/intent/intent.ts";
import type { TaskHost } from "../../shared/task/host.ts";
import type { JsonObject } from "../../shared/text/json.ts";
import { assign } from "./assign.ts";
import { loadInputs } from "./inputs.ts";
import { refuseSecrets } from "./secrets.ts";
import { writeAtomically } from "./write-atomically.ts";

export async function run(host: TaskHost): Promise<void> {
  const inputs = loadInputs(host);
  const template = `the template ${inputs.template}`;
  const config = await readJsonObject(inputs.template, template, "correct the input 'template'");
  for (const assignment of inputs.values) assign(config, assignment);
  config.cluster_name = inputs.clusterName;
  config.autotermination_minutes = inputs.autoterminationMinutes;
  const rendered = withIntentTag(config, intentPath(newIntent(host.variable))) as JsonObject;
  requireMachines(rendered, `render ${template}`, "give one of them in the template or the input 'values'");
  warnOfUnknownFields(config, `the cluster config of ${template}`, host.log);
  refuseSecrets(rendered, host.secrets.known());
  await writeAtomically(inputs.output, `${JSON.stringify(rendered, null, 2)}\n`);
  host.output("ClusterConfigPath", inputs.output);
  host.output("ClusterName", inputs.clusterName);
  host.log.line(`Rendered the config of cluster ${inputs.clusterName} to ${inputs.output}.`);
}
