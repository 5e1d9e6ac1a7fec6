import { readFile } from "node:fs/promises";
import { intentTag } from "../../intent/intent.ts";
import { couldNot } from "../../text/could-not.ts";
import { isObject, type Json, type JsonObject } from "../../text/json.ts";
import { parseJson } from "../../text/parse-json.ts";
import type { ClusterSpec } from "../api/clusters.ts";

/** Used if a config sets no autotermination, so that a cluster that nothing deletes does not cost money indefinitely. */
const defaultAutoterminationMinutes = 30;
/** The limit of Databricks. */
const maxCustomTags = 45;

/** Reads a cluster config. Fails if it cannot be read, is not a JSON object, or does not say which machines to use. */
export async function readClusterConfig(file: string): Promise<ClusterSpec> {
  const what = `the cluster config ${file}`;
  const spec: ClusterSpec = await readJsonObject(
    file,
    what,
    "run DatabricksRenderClusterConfig before, or correct the path",
  );
  requireMachines(spec, `use ${what}`, "add one of them");
  return spec;
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
