import type { WorkspaceConfig } from "../../../local/emulator/config.ts";
import { type TaskFixture, type TaskFixtureOptions, taskFixture } from "../../harness/task-fixture.ts";

export const pool = {
  instance_pool_id: "pool-weather",
  instance_pool_name: "tests",
  node_type_id: "Standard_DS3_v2",
  max_capacity: 4,
};
export const config = {
  cluster_name: "weather-345",
  instance_pool_id: "pool-weather",
  spark_version: "15.4.x-scala2.12",
  num_workers: 1,
};

interface CreateClusterOptions extends TaskFixtureOptions {
  /** What the file of the input clusterConfig contains: a text, or a value as JSON. */
  clusterConfig?: unknown;
  /** How Databricks differs from a workspace with one pool whose clusters start at once. */
  databricks?: WorkspaceConfig["databricks"];
}

/** DatabricksCreateCluster with the config of a cluster in a pool. */
export function createCluster(options: CreateClusterOptions = {}): Promise<TaskFixture> {
  const { clusterConfig = config, databricks, workspace, inputs, ...others } = options;
  const text = typeof clusterConfig === "string" ? clusterConfig : JSON.stringify(clusterConfig);
  return taskFixture("DatabricksCreateCluster", {
    ...others,
    workspace: { databricks: { instancePools: [pool], clusterStartSeconds: 0, ...databricks }, ...workspace },
    files: { "cluster-config.json": text },
    inputs: { clusterConfig: "cluster-config.json", ...inputs },
  });
}
