import type { ServiceRequest } from "../../http/request.ts";
import { invalidParameter } from "../errors.ts";
import type { Fields } from "../fields.ts";
import { type Cluster, clusterSources, clusterStates } from "./cluster.ts";

/**
 * The clusters that a list of API 2.1 selects by `filter_by`, in the order of `sort_by`. "By default, clusters are sorted by 3 columns from highest to
 * lowest precedence: cluster state, pinned or unpinned, then cluster name." Which state comes first is not documented: here, terminated clusters
 * are last. Source: https://docs.databricks.com/api/azure/workspace/clusters/list
 */
export function selectClusters(all: readonly Cluster[], fields: Fields, request: ServiceRequest): Cluster[] {
  const states = several(request, "filter_by.cluster_states", clusterStates);
  const sources = several(request, "filter_by.cluster_sources", clusterSources);
  const isPinned = fields.has("filter_by.is_pinned") ? fields.boolean("filter_by.is_pinned") : undefined;
  const policyId = fields.string("filter_by.policy_id");
  const selected = all.filter(
    (cluster) =>
      (states.length === 0 || states.includes(cluster.state)) &&
      (sources.length === 0 || sources.includes(cluster.source)) &&
      (isPinned === undefined || isPinned === (cluster.pinnedBy !== undefined)) &&
      (policyId === undefined || policyId === cluster.spec.policy_id),
  );
  const isByName = oneOf(fields, "sort_by.field", ["DEFAULT", "CLUSTER_NAME"]) === "CLUSTER_NAME";
  const isDescending = oneOf(fields, "sort_by.direction", ["ASC", "DESC"]) === "DESC";
  const sorted = selected.sort((a, b) => (isByName ? 0 : byState(a, b)) || byText(a.name, b.name));
  return isDescending ? sorted.reverse() : sorted;
}

function byState(a: Cluster, b: Cluster): number {
  const rank = ({ state, pinnedBy }: Cluster) => (state === "TERMINATED" ? 2 : 0) + (pinnedBy ? 0 : 1);
  return rank(a) - rank(b);
}

function byText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** The values of a repeated parameter, which may also be separated by commas. */
function several(request: ServiceRequest, name: string, known: readonly string[]): string[] {
  const values = request.query.getAll(name).flatMap((value) => value.split(","));
  const unknown = values.find((value) => !known.includes(value));
  if (unknown !== undefined) throw invalidParameter(`Invalid ${name}: ${unknown}`); // unconfirmed wording
  return values;
}

function oneOf(fields: Fields, name: string, known: readonly string[]): string | undefined {
  const value = fields.string(name);
  if (value === undefined || known.includes(value)) return value;
  throw invalidParameter(`Invalid ${name}: ${value}`); // unconfirmed wording
}
