/** The platforms whose utilities a notebook can get: `dbutils` on Databricks, `notebookutils` and `mssparkutils` on Fabric. */
type Platform = "databricks" | "fabric";

/** One notebook run, or one run of a Spark job, as a service asks for it. */
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
  /** The run of a Spark job instead of a notebook: a Python file of this machine, and its arguments. */
  script?: { file: string; arguments: readonly string[] };
  /** What a run on Fabric knows of itself. */
  fabric?: FabricRun;
}

/** The names and ids that `notebookutils.runtime.context` shows, and the lakehouse at `/lakehouse/default`. */
export interface FabricRun {
  workspace: { id: string; name: string };
  item: { id: string; name: string };
  /** Id of the job instance. */
  jobInstanceId: string;
  /** The Python type that a parameter's text stands for: `10`, `0.5`, `true`. A parameter without one is text. */
  parameterTypes?: Record<string, "string" | "int" | "float" | "bool">;
  environment?: { id: string; name: string; workspaceId: string };
  lakehouse?: { id: string; name: string; workspaceId: string; workspaceName: string };
}
