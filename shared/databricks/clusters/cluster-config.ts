import { readFile } from "node:fs/promises";
import { intentTag } from "../../intent/intent.ts";
import { parseJson } from "../../text/parse-json.ts";
import type { ClusterSpec } from "../api/clusters.ts";

/** For a cluster whose config sets none: without a limit a lost cluster would cost money for ever. */
export const defaultAutoterminationMinutes = 30;
const mostTags = 45;

/** Reads a cluster config and checks what no workspace would accept. Each failure is one sentence. */
export async function readClusterConfig(file: string): Promise<ClusterSpec> {
  const text = await readFile(file, "utf8").catch((cause: NodeJS.ErrnoException) => {
    throw new Error(
      `Read the cluster config ${file}, which ${cause.code === "ENOENT" ? "does not exist" : `cannot be read (${cause.code})`}; run DatabricksRenderClusterConfig before, or correct the path.`,
      { cause },
    );
  });
  const config = parseJson(text, `the cluster config ${file}`);
  if (typeof config !== "object" || config === null || Array.isArray(config))
    throw new Error(`Read the cluster config ${file}, which is JSON but not an object; write {…} in it.`);
  const spec = config as ClusterSpec;
  if (!spec.instance_pool_id && !spec.node_type_id && !spec.policy_id)
    throw new Error(
      `Read the cluster config ${file}, which names neither instance_pool_id nor node_type_id nor policy_id; add one so that Databricks knows which machines to use.`,
    );
  return spec;
}

/** The config with the intent's tag beside the user's own ones. Fails with one sentence where there is no room for it. */
export function tagged(spec: ClusterSpec, intent: string): ClusterSpec {
  const custom_tags = { ...spec.custom_tags, [intentTag]: intent };
  const count = Object.keys(custom_tags).length;
  if (count > mostTags)
    throw new Error(
      `Add the tag ${intentTag} to the cluster config, which then has ${count} custom_tags where Databricks allows ${mostTags}; remove some.`,
    );
  return { ...spec, custom_tags };
}

/** A config for a cluster that lives until somebody deletes it, or until it has been idle too long. */
export function transient(spec: ClusterSpec, intent: string): ClusterSpec {
  return {
    ...tagged(spec, intent),
    cluster_name: spec.cluster_name || `notebook-ops-${intent.split("/").at(-1)}`,
    autotermination_minutes: spec.autotermination_minutes || defaultAutoterminationMinutes,
  };
}

/** A config for the job cluster of a run: the Jobs API names and ends it, and refuses fields that would say how. */
export function forJob(spec: ClusterSpec, intent: string): ClusterSpec {
  const { cluster_name: _name, autotermination_minutes: _minutes, ...rest } = tagged(spec, intent);
  return rest;
}
