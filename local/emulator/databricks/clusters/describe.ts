import type { InstancePools } from "../instance-pools.ts";
import { nodeTypes } from "../node-types.ts";
import { type Cluster, isAlive, isUp } from "./cluster.ts";

/**
 * A cluster as get and list return it: with the settings of the request, secret references unresolved, and the defaults of the service.
 * Source: https://docs.databricks.com/api/azure/workspace/clusters/get
 */
export function describeCluster(cluster: Cluster, pools: InstancePools): object {
  return {
    ...defaults,
    ...nodesOf(cluster, pools),
    ...cluster.spec,
    cluster_id: cluster.id,
    cluster_name: cluster.name,
    creator_user_name: cluster.creator.userName,
    num_workers: cluster.workers,
    autotermination_minutes: cluster.autoterminationMinutes,
    cluster_source: cluster.source,
    state: cluster.state,
    state_message: cluster.stateMessage,
    start_time: Math.round(cluster.createdMs),
    last_restarted_time: Math.round(cluster.startMs),
    last_activity_time: Math.round(cluster.lastActivityMs),
    last_state_loss_time: 0,
    default_tags: {
      Vendor: "Databricks",
      Creator: cluster.creator.userName,
      ClusterName: cluster.name,
      ClusterId: cluster.id,
      ...(cluster.instancePoolId ? { DatabricksInstancePoolId: cluster.instancePoolId } : {}),
    },
    ...(isAlive(cluster) && isUp(cluster) ? runningFields(cluster, pools) : {}),
    ...(cluster.pinnedBy ? { pinned_by_user_name: cluster.pinnedBy.userName } : {}),
    ...(cluster.terminatedMs === undefined ? {} : { terminated_time: Math.round(cluster.terminatedMs) }),
    ...(cluster.terminationReason ? { termination_reason: cluster.terminationReason } : {}),
    spec: cluster.spec,
  };
}

/** "If not specified at cluster creation, a set of default values will be used." Azure always has autoscaling local storage. */
const defaults = {
  azure_attributes: { first_on_demand: 1, availability: "ON_DEMAND_AZURE", spot_bid_max_price: -1 },
  enable_elastic_disk: true,
  enable_local_disk_encryption: false,
};

/** "If unset, the driver node type will be set as the same value as node_type_id." The nodes of a pool have that of the pool. */
function nodesOf(cluster: Cluster, pools: InstancePools): object {
  const nodeType = nodeTypeOf(cluster, pools);
  const pool = cluster.instancePoolId;
  return {
    ...(nodeType === undefined ? {} : { node_type_id: nodeType, driver_node_type_id: nodeType }),
    ...(pool === undefined ? {} : { driver_instance_pool_id: pool }),
  };
}

function nodeTypeOf(cluster: Cluster, pools: InstancePools): string | undefined {
  const pool = cluster.instancePoolId === undefined ? undefined : pools.find(cluster.instancePoolId);
  return pool?.nodeTypeId ?? (cluster.spec.node_type_id as string | undefined);
}

function runningFields(cluster: Cluster, pools: InstancePools): object {
  const node = nodeTypes.find(({ node_type_id }) => node_type_id === nodeTypeOf(cluster, pools));
  const size = cluster.workers + 1;
  return {
    spark_context_id: cluster.sparkContextId,
    jdbc_port: 10_000,
    ...(node ? { cluster_cores: node.num_cores * size, cluster_memory_mb: node.memory_mb * size } : {}),
    driver: sparkNode(cluster, "driver"),
    ...(cluster.workers > 0 ? { executors: executorsOf(cluster) } : {}),
  };
}

function executorsOf(cluster: Cluster): object[] {
  return Array.from({ length: cluster.workers }, (_, index) => sparkNode(cluster, `worker-${index}`));
}

function sparkNode(cluster: Cluster, name: string): object {
  return {
    node_id: `${cluster.id}-${name}`,
    instance_id: `${cluster.id}-${name}`,
    start_timestamp: Math.round(cluster.startMs),
    private_ip: "127.0.0.1",
    public_dns: "localhost",
    host_private_ip: "127.0.0.1",
  };
}
