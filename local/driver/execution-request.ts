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
  /** What a run on Databricks knows of itself. */
  databricks?: DatabricksRun;
  /** What a run on Fabric knows of itself. */
  fabric?: FabricRun;
}

/** What the context of a notebook, `spark.databricks.clusterUsageTags.*` and `WorkspaceClient()` tell about a run. */
export interface DatabricksRun {
  workspaceUrl: string;
  /** Id of the workspace. */
  orgId: string;
  /** The identity that runs the notebook. */
  user: NamedItem;
  notebookId?: string;
  /** The run whose task this is. `id` is missing for a run that no job started. */
  job?: { id?: string; runId: string };
  /** Without it the run is on serverless compute. */
  cluster?: {
    name: string;
    sparkVersion: string;
    nodeTypeId?: string;
    driverNodeTypeId?: string;
    workers: number;
    scalingType: "fixed_size" | "autoscaling";
    creator: string;
    isJobCluster: boolean;
    tags: Record<string, string>;
    /** Sentences about settings of the cluster that have no effect here, which the run prints before its first cell. */
    notes: string[];
  };
}

/** A name and its id. */
export interface NamedItem {
  id: string;
  name: string;
}

/** A lakehouse and the workspace in which it is. */
export interface AttachedLakehouse extends NamedItem {
  workspaceId: string;
  workspaceName: string;
}

/** The names and ids that `notebookutils.runtime.context` shows, and the lakehouse at `/lakehouse/default`. */
export interface FabricRun {
  workspace: NamedItem;
  item: NamedItem;
  /** Id of the job instance. */
  jobInstanceId: string;
  environment?: NamedItem & { workspaceId: string };
  /** The default lakehouse. Without it the run takes the one that its notebook's metadata name. */
  lakehouse?: AttachedLakehouse;
  /** Parameters with their types, which replace those of `ExecutionRequest.parameters` with the same names. */
  parameters?: Record<string, unknown>;
  /** For a notebook that another notebook runs. */
  reference?: ReferenceRun;
}

/** The runs above a notebook that another notebook runs. */
interface ReferenceRun {
  parentRunId: string;
  rootRunId: string;
  rootItem: NamedItem;
  rootWorkspace: NamedItem;
  cellTimeoutSeconds: number;
}
