/** The platforms whose utilities a notebook can get: `dbutils` on Databricks. */
type Platform = "databricks";

/** One notebook run as a service asks for it. */
export interface ExecutionRequest {
  runId: string;
  platform: Platform;
  /** Workspace path of the notebook, without extension. */
  notebookPath: string;
  parameters: Record<string, string>;
  clusterId: string;
  sparkConf: Record<string, string>;
  environment: Record<string, string>;
  /** pip requirements or wheel files of the cluster, installed once for each cluster. */
  libraries: string[];
  taskKey?: string;
}
