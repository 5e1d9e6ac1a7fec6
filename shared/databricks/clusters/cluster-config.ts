import { readFile } from "node:fs/promises";
import { intentTag } from "../../intent/intent.ts";
import type { Log } from "../../task/host.ts";
import { couldNot } from "../../text/could-not.ts";
import { isObject, type Json, type JsonObject } from "../../text/json.ts";
import { nearestName } from "../../text/nearest-name.ts";
import { parseJson } from "../../text/parse-json.ts";
import type { ClusterSpec } from "../api/clusters.ts";

/** Used if a config sets no autotermination, so that a cluster that nothing deletes does not cost money indefinitely. */
const defaultAutoterminationMinutes = 30;
/** The limit of Databricks. */
const maxCustomTags = 45;

const reference = "https://docs.databricks.com/api/azure/workspace/clusters/create";

/** The fields of a request that creates a cluster, by the reference above and, for the newest ones, `CreateCluster` of databricks-sdk-go. */
const clusterFields = [
  "apply_policy_default_values",
  "autoscale",
  "autotermination_minutes",
  "aws_attributes",
  "azure_attributes",
  "clone_from",
  "cluster_log_conf",
  "cluster_name",
  "custom_tags",
  "data_security_mode",
  "docker_image",
  "driver_instance_pool_id",
  "driver_node_type_flexibility",
  "driver_node_type_id",
  "enable_elastic_disk",
  "enable_local_disk_encryption",
  "gcp_attributes",
  "idempotency_token",
  "init_scripts",
  "instance_pool_id",
  "is_single_node",
  "kind",
  "node_type_id",
  "num_workers",
  "policy_id",
  "remote_disk_throughput",
  "runtime_engine",
  "single_user_name",
  "spark_conf",
  "spark_env_vars",
  "spark_version",
  "ssh_public_keys",
  "total_initial_remote_disk_size",
  "use_ml_runtime",
  "worker_node_type_flexibility",
  "workload_type",
];

/**
 * Reads a cluster config, and warns of unknown fields. Fails if it cannot be read, is not a JSON object, or does not say which machines
 * to use.
 */
export async function readClusterConfig(file: string, log: Pick<Log, "warning">): Promise<ClusterSpec> {
  const what = `the cluster config ${file}`;
  const spec: ClusterSpec = await readJsonObject(
    file,
    what,
    "run DatabricksRenderClusterConfig before, or correct the path",
  );
  requireMachines(spec, `use ${what}`, "add one of them");
  // A rendered config has the tag: DatabricksRenderClusterConfig has warned already.
  if (spec.custom_tags?.[intentTag] === undefined) warnOfUnknownFields(spec, what, log);
  return spec;
}

/**
 * Warns of fields that a cluster does not have, with the nearest known name. It is no error, because Databricks adds fields that this
 * version does not know.
 * @param what the config in the warnings, such as `the template cluster.json`
 */
export function warnOfUnknownFields(config: object, what: string, log: Pick<Log, "warning">): void {
  const unknown = Object.keys(config).filter((field) => !clusterFields.includes(field));
  const [misspelt, others] = [true, false].map((isNear) =>
    unknown.filter((field) => (nearestName(field, clusterFields) !== undefined) === isNear),
  ) as [string[], string[]];
  for (const field of misspelt)
    log.warning(
      `There is an unknown field "${field}" in ${what}; did you mean "${nearestName(field, clusterFields)}"?`,
    );
  if (others.length > 0)
    log.warning(
      `There are fields in ${what} that this version of Notebook Ops does not know: ${others.join(", ")}; if they are not in ${reference}, remove them.`,
    );
}

/**
 * Reads a file that contains a JSON object. Fails with one sentence.
 * @param what the file in error messages, such as `the template cluster.json`
 * @param advice what to do if the file cannot be read
 */
export async function readJsonObject(file: string, what: string, advice: string): Promise<JsonObject> {
  const text = await readFile(file, "utf8").catch((cause: NodeJS.ErrnoException) => {
    const problem = cause.code === "ENOENT" ? "it does not exist" : `reading it failed with ${cause.code}`;
    throw new Error(couldNot(`read ${what}`, problem, advice), { cause });
  });
  const value = parseJson(text, what) as Json;
  if (isObject(value)) return value;
  throw new Error(couldNot(`read ${what}`, "it is JSON but not an object", "write {…} in it"));
}

/**
 * Fails unless the config has at least one of instance_pool_id, node_type_id and policy_id.
 * @param doWhat what could not be done with the config, in the infinitive, for the error
 */
export function requireMachines(config: ClusterSpec, doWhat: string, advice: string): void {
  if (config.instance_pool_id || config.node_type_id || config.policy_id) return;
  throw new Error(
    couldNot(
      doWhat,
      "it names neither instance_pool_id nor node_type_id nor policy_id, so Databricks does not know which machines to use",
      advice,
    ),
  );
}

/** Returns the config with the tag of the intent added to the user's own tags. Fails if that exceeds the limit of Databricks. */
export function withIntentTag(spec: ClusterSpec, intent: string): ClusterSpec {
  const custom_tags = { ...spec.custom_tags, [intentTag]: intent };
  const count = Object.keys(custom_tags).length;
  if (count > maxCustomTags)
    throw new Error(
      couldNot(
        `add the tag ${intentTag} to the cluster config`,
        `it would have ${count} custom_tags, and Databricks allows ${maxCustomTags}`,
        count === maxCustomTags + 1 ? "remove one" : `remove ${count - maxCustomTags}`,
      ),
    );
  return { ...spec, custom_tags };
}

/** The config of a transient cluster: tagged, named, and terminated by Databricks once it has been idle for its autotermination time. */
export function transientClusterSpec(spec: ClusterSpec, intent: string): ClusterSpec {
  return {
    ...withIntentTag(spec, intent),
    cluster_name: spec.cluster_name || `notebook-ops-${intent.split("/").at(-1)}`,
    autotermination_minutes: spec.autotermination_minutes || defaultAutoterminationMinutes,
  };
}

/**
 * The config of a run's job cluster. It leaves out the name and the autotermination, which the Jobs API rejects because it names and
 * terminates the cluster itself.
 */
export function jobClusterSpec(spec: ClusterSpec, intent: string): ClusterSpec {
  const { cluster_name: _name, autotermination_minutes: _minutes, ...rest } = withIntentTag(spec, intent);
  return rest;
}
