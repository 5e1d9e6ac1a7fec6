/** The part of `notebook-ops.local.yml` that says what the Databricks workspace contains. */
export interface DatabricksConfig {
  databricks?: {
    instancePools?: InstancePoolConfig[];
    /** Scope → key → value. */
    secretScopes?: Record<string, Record<string, string>>;
    /** Simulated time from create to RUNNING, on the workspace's clock. */
    clusterStartSeconds?: number;
    requestsPerSecond?: number;
  };
}

export interface InstancePoolConfig {
  instance_pool_id: string;
  instance_pool_name: string;
  node_type_id: string;
  min_idle_instances?: number;
  max_capacity?: number;
  /** Application ids that may attach clusters; by default everyone may. */
  canAttachTo?: string[];
}
