import { readFile } from "node:fs/promises";
import { intentTag } from "../../intent/intent.ts";
import { couldNot } from "../../text/could-not.ts";
import { isObject, type Json, type JsonObject } from "../../text/json.ts";
import { parseJson } from "../../text/parse-json.ts";
import type { ClusterSpec } from "../api/clusters.ts";

/** Used if a config sets no autotermination: a cluster that is lost would otherwise cost money for ever. */
export const defaultAutoterminationMinutes = 30;
const mostTags = 45;

/** Reads a cluster config and checks what no workspace would accept. Fails with one sentence. */
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

/** @param advice what to do if the file cannot be read */
export async function readJsonObject(file: string, what: string, advice: string): Promise<JsonObject> {
  const text = await readFile(file, "utf8").catch((cause: NodeJS.ErrnoException) => {
    const problem = cause.code === "ENOENT" ? "it does not exist" : `reading it failed with ${cause.code}`;
    throw new Error(couldNot(`read ${what}`, problem, advice), { cause });
  });
  const value = parseJson(text, what) as Json;
  if (isObject(value)) return value;
  throw new Error(couldNot(`read ${what}`, "it is JSON but not an object", "write {…} in it"));
}

/** Fails unless the config says which machines to use. */
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

/** The config with the tag of the intent beside the user's own tags. Fails if Databricks allows no further tag. */
export function tagged(spec: ClusterSpec, intent: string): ClusterSpec {
  const custom_tags = { ...spec.custom_tags, [intentTag]: intent };
  const count = Object.keys(custom_tags).length;
  if (count > mostTags)
    throw new Error(
      couldNot(
        `add the tag ${intentTag} to the cluster config`,
        `it would have ${count} custom_tags, and Databricks allows ${mostTags}`,
        count === mostTags + 1 ? "remove one" : `remove ${count - mostTags}`,
      ),
    );
  return { ...spec, custom_tags };
}

/** The config of a cluster that runs until it is deleted or has been idle for too long. */
export function transient(spec: ClusterSpec, intent: string): ClusterSpec {
  return {
    ...tagged(spec, intent),
    cluster_name: spec.cluster_name || `notebook-ops-${intent.split("/").at(-1)}`,
    autotermination_minutes: spec.autotermination_minutes || defaultAutoterminationMinutes,
  };
}

/** The config of a run's job cluster. The Jobs API refuses the two fields: it names and ends the cluster itself. */
export function forJob(spec: ClusterSpec, intent: string): ClusterSpec {
  const { cluster_name: _name, autotermination_minutes: _minutes, ...rest } = tagged(spec, intent);
  return rest;
}
