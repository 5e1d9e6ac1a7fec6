import type { Route } from "../../http/route.ts";
import type { DefineRoute } from "../api-route.ts";
import { Fields } from "../fields.ts";
import type { InstancePools } from "../instance-pools.ts";
import { nodeTypes, sparkVersions } from "../node-types.ts";
import { pageOf } from "../paging.ts";
import type { Cluster } from "./cluster.ts";
import { readClusterSettings, readSize, updatedSpec } from "./cluster-settings.ts";
import type { Clusters } from "./clusters.ts";
import { describeCluster } from "./describe.ts";
import { eventsPage } from "./events.ts";
import { selectClusters } from "./list.ts";

/** Source: https://docs.databricks.com/api/azure/workspace/clusters; 2.0 and 2.1 differ in the paging of list and events. */
export function clusterRoutes(route: DefineRoute, clusters: Clusters, pools: InstancePools): Route[] {
  const base = "/api/{version=2.0|2.1}/clusters";
  const found = (fields: Fields) => clusters.get(fields.requiredString("cluster_id"));
  return [
    route("POST", `${base}/create`, "clusters/create", (fields, caller) => ({
      cluster_id: clusters.create(readClusterSettings(fields, pools, caller), caller, "API").id,
    })),
    route("GET", `${base}/get`, "clusters/get", (fields) => describeCluster(found(fields), pools)),
    route("GET", `${base}/list`, "clusters/list", (fields, _caller, request) => {
      const shown = (selected: Cluster[]) => selected.map((cluster) => describeCluster(cluster, pools));
      // API 2.0 has neither filters nor pages.
      if (request.parameter("version") === "2.0") return { clusters: shown(clusters.all()) };
      const page = pageOf(selectClusters(clusters.all(), fields, request), fields, {
        sizeField: "page_size",
        defaultSize: 20,
        maxSize: 100,
        // "The server may further constrain the maximum number of results returned in a single page."
        isClamped: true,
      });
      return { clusters: shown(page.items), ...page.tokens };
    }),
    route("POST", `${base}/edit`, "clusters/edit", (fields, caller) => {
      clusters.edit(
        found(fields),
        readClusterSettings(fields.without(["cluster_id"]), pools, caller),
        caller,
      );
      return {};
    }),
    route("POST", `${base}/update`, "clusters/update", (fields, caller) => {
      const cluster = found(fields);
      const spec = updatedSpec(cluster.spec, fields);
      clusters.edit(cluster, readClusterSettings(new Fields(spec), pools, caller), caller);
      return {};
    }),
    route("POST", `${base}/resize`, "clusters/resize", (fields, caller) => {
      const cluster = found(fields);
      clusters.resize(cluster, readSize(fields, cluster.spec), caller);
      return {};
    }),
    route("POST", `${base}/pin`, "clusters/pin", (fields, caller) => {
      clusters.pin(found(fields), caller);
      return {};
    }),
    route("POST", `${base}/unpin`, "clusters/unpin", (fields, caller) => {
      clusters.unpin(found(fields), caller);
      return {};
    }),
    route("POST", `${base}/start`, "clusters/start", (fields, caller) => {
      clusters.start(found(fields), caller);
      return {};
    }),
    route("POST", `${base}/restart`, "clusters/restart", (fields, caller) => {
      clusters.restart(found(fields), caller);
      return {};
    }),
    route("POST", `${base}/delete`, "clusters/delete", (fields, caller) => {
      clusters.terminate(found(fields), caller);
      return {};
    }),
    route("POST", `${base}/permanent-delete`, "clusters/permanentdelete", (fields, caller) => {
      clusters.permanentlyDelete(found(fields), caller);
      return {};
    }),
    route("POST", `${base}/events`, "clusters/events", (fields) =>
      eventsPage(found(fields), fields, clusters.lifecycle.now()),
    ),
    route("GET", `${base}/spark-versions`, "clusters/sparkversions", () => ({ versions: sparkVersions })),
    route("GET", `${base}/list-node-types`, "clusters/listnodetypes", () => ({ node_types: nodeTypes })),
  ];
}
