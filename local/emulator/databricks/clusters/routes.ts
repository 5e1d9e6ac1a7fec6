import type { Route } from "../../http/route.ts";
import type { DefineRoute } from "../api-route.ts";
import type { InstancePools } from "../instance-pools.ts";
import { nodeTypes, sparkVersions } from "../node-types.ts";
import { pageOf } from "../paging.ts";
import { type Cluster, isAlive } from "./cluster.ts";
import { readClusterSettings } from "./cluster-settings.ts";
import type { Clusters } from "./clusters.ts";

/** Source: https://docs.databricks.com/api/azure/workspace/clusters; 2.0 and 2.1 differ in the paging of list and events. */
export function clusterRoutes(route: DefineRoute, clusters: Clusters, pools: InstancePools): Route[] {
  const base = "/api/{version=2.0|2.1}/clusters";
  return [
    route("POST", `${base}/create`, "clusters/create", (fields, caller) => ({
      cluster_id: clusters.create(readClusterSettings(fields, pools, caller), caller, "API").id,
    })),
    route("GET", `${base}/get`, "clusters/get", (fields) =>
      describeCluster(clusters.get(fields.requiredString("cluster_id"))),
    ),
    route("GET", `${base}/list`, "clusters/list", (fields, _caller, request) => {
      const states = [...request.query.getAll("filter_by.cluster_states")].flatMap((states) =>
        states.split(","),
      );
      const fitting = clusters
        .all()
        .filter((cluster) => states.length === 0 || states.includes(cluster.state));
      if (request.parameter("version") === "2.0") return { clusters: fitting.map(describeCluster) };
      const page = pageOf(fitting, fields, { sizeField: "page_size", defaultSize: 20, maxSize: 100 });
      return { clusters: page.items.map(describeCluster), ...page.tokens };
    }),
    route("POST", `${base}/start`, "clusters/start", (fields, caller) => {
      clusters.start(clusters.get(fields.requiredString("cluster_id")), caller);
      return {};
    }),
    route("POST", `${base}/restart`, "clusters/restart", (fields, caller) => {
      clusters.restart(clusters.get(fields.requiredString("cluster_id")), caller);
      return {};
    }),
    route("POST", `${base}/delete`, "clusters/delete", (fields, caller) => {
      clusters.terminate(clusters.get(fields.requiredString("cluster_id")), caller);
      return {};
    }),
    route("POST", `${base}/permanent-delete`, "clusters/permanentdelete", (fields, caller) => {
      clusters.permanentlyDelete(clusters.get(fields.requiredString("cluster_id")), caller);
      return {};
    }),
    route("POST", `${base}/events`, "clusters/events", (fields) => {
      const cluster = clusters.get(fields.requiredString("cluster_id"));
      const types = fields.raw().event_types;
      const selected = cluster.events.filter(({ type }) => !Array.isArray(types) || types.includes(type));
      const ordered = fields.string("order") === "ASC" ? selected : selected.reverse();
      const page = pageOf(ordered, fields, { sizeField: "limit", defaultSize: 50, maxSize: 500 });
      const next = { ...fields.raw(), offset: (fields.integer("offset") ?? 0) + page.items.length };
      return {
        events: page.items.map((event) => ({ cluster_id: cluster.id, ...event })),
        total_count: ordered.length,
        ...(page.hasMore ? { next_page: next } : {}),
      };
    }),
    route("GET", `${base}/spark-versions`, "clusters/sparkversions", () => ({ versions: sparkVersions })),
    route("GET", `${base}/list-node-types`, "clusters/listnodetypes", () => ({ node_types: nodeTypes })),
  ];
}

/** A cluster as get and list return it: with the settings of the request, and secret references unresolved. */
function describeCluster(cluster: Cluster): object {
  const alive = isAlive(cluster);
  return {
    ...cluster.spec,
    cluster_id: cluster.id,
    cluster_name: cluster.name,
    creator_user_name: cluster.creator.userName,
    num_workers: cluster.workers,
    autotermination_minutes: cluster.autoterminationMinutes,
    cluster_source: cluster.source,
    state: cluster.state,
    state_message: cluster.stateMessage,
    start_time: Math.round(cluster.startMs),
    last_activity_time: Math.round(cluster.lastActivityMs),
    last_state_loss_time: 0,
    default_tags: {
      Vendor: "Databricks",
      Creator: cluster.creator.userName,
      ClusterName: cluster.name,
      ClusterId: cluster.id,
      ...(cluster.instancePoolId ? { DatabricksInstancePoolId: cluster.instancePoolId } : {}),
    },
    ...(alive && cluster.state === "RUNNING" ? runningFields(cluster) : {}),
    ...(cluster.terminatedMs === undefined ? {} : { terminated_time: Math.round(cluster.terminatedMs) }),
    ...(cluster.terminationReason ? { termination_reason: cluster.terminationReason } : {}),
    spec: cluster.spec,
  };
}

function runningFields(cluster: Cluster): object {
  const host = { private_ip: "127.0.0.1", public_dns: "localhost", host_private_ip: "127.0.0.1" };
  return {
    spark_context_id: cluster.sparkContextId,
    jdbc_port: 10_000,
    driver: {
      node_id: `${cluster.id}-driver`,
      instance_id: `${cluster.id}-driver`,
      start_timestamp: Math.round(cluster.startMs),
      ...host,
    },
  };
}
