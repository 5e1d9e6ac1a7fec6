import type { JsonObject } from "../../http/request.ts";
import { apiError, invalidParameter } from "../errors.ts";
import type { Fields } from "../fields.ts";
import type { InstancePools } from "../instance-pools.ts";
import { isSparkVersion, nodeTypes } from "../node-types.ts";
import { findPolicy } from "../policies.ts";
import type { Principal } from "../principal.ts";
import { refuseUnsupported, unsupportedInClusters } from "../unsupported.ts";
import type { Cluster } from "./cluster.ts";

const maxCustomTags = 45;

/** The settings of a create request that the emulator uses. */
export type ClusterSettings = Pick<
  Cluster,
  | "name"
  | "spec"
  | "workers"
  | "autoterminationMinutes"
  | "instancePoolId"
  | "customTags"
  | "sparkConf"
  | "sparkEnvVars"
>;

/**
 * Reads and checks the settings of a new cluster, as clusters/create and a job's new_cluster give them.
 * Source: https://docs.databricks.com/api/azure/workspace/clusters/create
 */
export function readClusterSettings(
  fields: Fields,
  pools: InstancePools,
  caller: Principal,
): ClusterSettings {
  refuseUnsupported(fields, unsupportedInClusters);
  const sparkVersion = fields.requiredString("spark_version");
  if (!isSparkVersion(sparkVersion)) throw invalidParameter(`Invalid spark version ${sparkVersion}.`);
  const instancePoolId = checkNodes(fields, pools, caller);
  const policyId = fields.string("policy_id");
  if (policyId && !findPolicy(policyId))
    throw invalidParameter(`Can't find a cluster policy with id: ${policyId}.`); // unconfirmed wording
  const customTags = fields.strings("custom_tags");
  if (Object.keys(customTags).length > maxCustomTags) {
    throw invalidParameter(`Too many custom tags: the maximum number of custom tags is ${maxCustomTags}`);
  }
  return {
    name: fields.string("cluster_name") ?? "",
    spec: withoutEmpty(fields.withMaps(["custom_tags", "spark_conf", "spark_env_vars"])),
    workers: readWorkers(fields),
    autoterminationMinutes: readAutotermination(fields),
    ...(instancePoolId === undefined ? {} : { instancePoolId }),
    customTags,
    sparkConf: fields.strings("spark_conf"),
    sparkEnvVars: fields.strings("spark_env_vars"),
  };
}

/** The number of workers after clusters/resize, and the settings with the size that it gives. */
export function readSize(fields: Fields, spec: JsonObject): { workers: number; spec: JsonObject } {
  if (!fields.has("num_workers") && !fields.has("autoscale"))
    throw invalidParameter("One of num_workers and autoscale must be specified."); // unconfirmed wording
  return { workers: readWorkers(fields), spec: resized(spec, fields.raw()) };
}

/**
 * The settings of a cluster after clusters/update: those that `update_mask` names, or all for `*`, are those of `cluster`.
 * Source: https://docs.databricks.com/api/azure/workspace/clusters/update
 */
export function updatedSpec(spec: JsonObject, fields: Fields): JsonObject {
  const given = fields.object("cluster")?.raw() ?? {};
  const mask = fields.requiredString("update_mask").split(",");
  if (mask.includes("*")) return given;
  const updated = mask.some((path) => /^(num_workers|autoscale)\b/.test(path))
    ? resized(spec, given)
    : { ...spec };
  for (const path of mask) {
    const [name = "", ...rest] = path.trim().split(".");
    const field = rest.join(".");
    if (field === "") updated[name] = given[name];
    else updated[name] = { ...(updated[name] as JsonObject), [field]: (given[name] as JsonObject)?.[field] };
  }
  return withoutEmpty(updated);
}

/** A size is either a number of workers or the limits of autoscaling: one replaces the other. */
function resized(spec: JsonObject, { num_workers, autoscale }: JsonObject): JsonObject {
  const { num_workers: _workers, autoscale: _autoscale, ...others } = spec;
  return withoutEmpty({ ...others, num_workers, autoscale });
}

function checkNodes(fields: Fields, pools: InstancePools, caller: Principal): string | undefined {
  const instancePoolId = fields.string("instance_pool_id");
  const driverPoolId = fields.string("driver_instance_pool_id");
  if (driverPoolId && !pools.find(driverPoolId))
    throw invalidParameter(`Can't find an instance pool with id: ${driverPoolId}`);
  const nodeTypeId = fields.string("node_type_id");
  if (instancePoolId) {
    if (nodeTypeId) {
      throw invalidParameter(
        "The field 'node_type_id' cannot be supplied when an instance pool ID is provided.",
      );
    }
    const pool = pools.find(instancePoolId);
    if (!pool) throw invalidParameter(`Can't find an instance pool with id: ${instancePoolId}`);
    if (!pools.canAttach(pool, caller)) {
      const message = `${caller.userName} does not have Can Attach To permission on instance pool ${instancePoolId}`;
      throw apiError(403, "PERMISSION_DENIED", message);
    }
    return instancePoolId;
  }
  if (!nodeTypeId) throw invalidParameter("Missing required field: node_type_id");
  if (!nodeTypes.some((type) => type.node_type_id === nodeTypeId)) {
    const known = nodeTypes.map((type) => type.node_type_id).join(", ");
    throw invalidParameter(`Node type ${nodeTypeId} is not supported. Supported node types: ${known}`);
  }
  return undefined;
}

function readWorkers(fields: Fields): number {
  const autoscale = fields.object("autoscale");
  const workers = fields.integer("num_workers");
  if (!autoscale) {
    if (workers !== undefined && workers < 0)
      throw invalidParameter(`num_workers must be non-negative, got ${workers}`);
    return workers ?? 0;
  }
  if (workers !== undefined) throw invalidParameter("Cannot specify both autoscale and num_workers");
  const [min, max] = [autoscale.requiredInteger("min_workers"), autoscale.requiredInteger("max_workers")];
  if (min > max) throw invalidParameter(`max_workers (${max}) must be at least min_workers (${min})`);
  return min;
}

function readAutotermination(fields: Fields): number {
  const minutes = fields.integer("autotermination_minutes") ?? 0;
  if (minutes === 0 || (minutes >= 10 && minutes <= 10_000)) return minutes;
  throw invalidParameter(`autotermination_minutes must be 0 or between 10 and 10000 minutes, got ${minutes}`);
}

function withoutEmpty(spec: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(spec).filter(([, value]) => value !== null && value !== undefined),
  );
}
