import { readFile } from "node:fs/promises";
import { tagged } from "../../shared/databricks/clusters/cluster-config.ts";
import { intentPath, newIntent } from "../../shared/intent/intent.ts";
import { InputError, type TaskHost } from "../../shared/task/host.ts";
import { parseJson } from "../../shared/text/parse-json.ts";
import { assign } from "./assign.ts";
import { loadInputs } from "./inputs.ts";
import { isObject, type Json, type JsonObject } from "./json.ts";
import { refuseSecrets } from "./secrets.ts";
import { writeWhole } from "./write-file.ts";

export async function run(host: TaskHost): Promise<void> {
  const inputs = loadInputs(host);
  const config = await readTemplate(inputs.template);
  for (const assignment of inputs.values) assign(config, assignment);
  config.cluster_name = inputs.clusterName;
  config.autotermination_minutes = inputs.autoterminationMinutes;
  const rendered = tagged(config, intentPath(newIntent(host.variable))) as JsonObject;
  requireMachines(rendered, inputs.template);
  refuseSecrets(rendered, host.secrets.known());
  await writeWhole(inputs.output, `${JSON.stringify(rendered, null, 2)}\n`);
  host.output("ClusterConfigPath", inputs.output);
  host.output("ClusterName", inputs.clusterName);
  host.log.line(`Rendered the config of cluster ${inputs.clusterName} to ${inputs.output}.`);
}

async function readTemplate(file: string): Promise<JsonObject> {
  const text = await readFile(file, "utf8").catch((cause: NodeJS.ErrnoException) => {
    const problem = cause.code === "ENOENT" ? "does not exist" : `cannot be read (${cause.code})`;
    throw new InputError(`Read the template ${file}, which ${problem}; correct the input 'template'.`);
  });
  const template = parseJson(text, `the template ${file}`) as Json;
  if (isObject(template)) return template;
  throw new InputError(`Read the template ${file}, which is JSON but not an object; write {…} in it.`);
}

function requireMachines(config: JsonObject, template: string): void {
  if (config.instance_pool_id || config.node_type_id || config.policy_id) return;
  throw new InputError(
    `Rendered the template ${template}, which then names neither instance_pool_id nor node_type_id nor policy_id; give one of them in the template or the input 'values', so that Databricks knows which machines to use.`,
  );
}
