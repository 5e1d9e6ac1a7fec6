import type { JsonObject } from "../../http/request.ts";
import { type ClusterSettings, readClusterSettings } from "../clusters/cluster-settings.ts";
import type { Clusters } from "../clusters/clusters.ts";
import { apiError, invalidParameter } from "../errors.ts";
import { Fields } from "../fields.ts";
import type { InstancePools } from "../instance-pools.ts";
import type { Principal } from "../principal.ts";

/** Where a task runs. */
type Compute =
  | { kind: "existing"; clusterId: string }
  | { kind: "new"; settings: ClusterSettings }
  | { kind: "shared"; key: string }
  | { kind: "serverless"; dependencies: string[] };

export interface TaskSettings {
  taskKey: string;
  dependsOn: string[];
  notebookPath: string;
  baseParameters: Record<string, string>;
  compute: Compute;
  libraries: JsonObject[];
  /** 0: no limit. */
  timeoutSeconds: number;
  /** How often the task is run again after it has failed. */
  maxRetries: number;
  /** The task as the request gave it, for answers. */
  raw: JsonObject;
}

export interface RunSettings {
  name: string;
  tasks: TaskSettings[];
  sharedClusters: Map<string, ClusterSettings>;
  timeoutSeconds: number;
  maxConcurrentRuns: number;
  tags: Record<string, string>;
  /** Whether the request gave a single task without `tasks`, as in API 2.0. */
  isSingle: boolean;
}

/** The parts of the workspace by which a task is checked. */
export interface SettingsContext {
  clusters: Clusters;
  pools: InstancePools;
  caller: Principal;
}

const taskKinds = [
  "spark_python_task",
  "spark_jar_task",
  "spark_submit_task",
  "python_wheel_task",
  "pipeline_task",
  "sql_task",
  "dbt_task",
  "run_job_task",
  "condition_task",
  "for_each_task",
];
/** Source: https://docs.databricks.com/api/azure/workspace/jobs/submit (base_parameters) */
const maxBaseParameterBytes = 1024 * 1024;

/**
 * Reads the settings of runs/submit and jobs/create: several `tasks`, or one task's fields at the top.
 * Source: https://docs.databricks.com/api/azure/workspace/jobs/submit and …/jobs/create
 */
export function readRunSettings(
  fields: Fields,
  context: SettingsContext,
  nameField: "run_name" | "name",
): RunSettings {
  const given = fields.objects("tasks");
  const isSingle = given.length === 0;
  const environments = new Map(
    fields
      .objects("environments")
      .map((item) => [
        item.requiredString("environment_key"),
        (item.object("spec")?.list("dependencies") ?? []).map(String),
      ]),
  );
  const sharedClusters = new Map(
    fields
      .objects("job_clusters")
      .map((item) => [
        item.requiredString("job_cluster_key"),
        readClusterSettings(item.object("new_cluster") ?? new Fields({}), context.pools, context.caller),
      ]),
  );
  const tasks = (isSingle ? [fields] : given).map((task) =>
    readTask(task, { ...context, isSingle, environments, sharedClusters }),
  );
  const keys = new Set(tasks.map((task) => task.taskKey));
  if (keys.size < tasks.length) throw invalidParameter("Task keys must be unique within a run.");
  for (const task of tasks) {
    const unknown = task.dependsOn.find((key) => !keys.has(key));
    if (unknown)
      throw invalidParameter(`Task ${task.taskKey} depends on task ${unknown}, which does not exist.`);
  }
  return {
    name: fields.string(nameField) ?? "Untitled",
    tasks,
    sharedClusters,
    timeoutSeconds: fields.integer("timeout_seconds") ?? 0,
    maxConcurrentRuns: fields.integer("max_concurrent_runs") ?? 1,
    tags: fields.strings("tags"),
    isSingle,
  };
}

interface TaskContext extends SettingsContext {
  isSingle: boolean;
  environments: Map<string, string[]>;
  sharedClusters: Map<string, ClusterSettings>;
}

function readTask(fields: Fields, context: TaskContext): TaskSettings {
  const taskKey = context.isSingle ? "main" : fields.requiredString("task_key");
  if (!/^[\w-]{1,100}$/.test(taskKey)) {
    throw invalidParameter(
      `The provided task key (${taskKey}) is invalid: only letters, digits, - and _ are allowed.`,
    );
  }
  const notebook = fields.object("notebook_task");
  if (!notebook) {
    const other = taskKinds.find((kind) => fields.has(kind));
    if (other)
      throw apiError(501, "NOT_IMPLEMENTED", `The local workspace runs notebook tasks, not ${other}.`);
    throw invalidParameter(`Task ${taskKey} must have exactly one task type, e.g. notebook_task.`);
  }
  const notebookPath = notebook.requiredString("notebook_path");
  if (!notebookPath.startsWith("/")) {
    throw invalidParameter(
      "Only absolute notebook paths are currently supported. Paths must begin with '/'.",
    );
  }
  const baseParameters = notebook.strings("base_parameters");
  if (Buffer.byteLength(JSON.stringify(baseParameters)) > maxBaseParameterBytes) {
    throw invalidParameter("The JSON representation of base_parameters cannot exceed 1MB.");
  }
  const compute = readCompute(fields, context);
  return {
    taskKey,
    dependsOn: fields.objects("depends_on").map((item) => item.requiredString("task_key")),
    notebookPath,
    baseParameters,
    compute,
    libraries: fields.objects("libraries").map((library) => library.raw()),
    timeoutSeconds: fields.integer("timeout_seconds") ?? 0,
    maxRetries: readMaxRetries(fields, compute),
    raw: fields.raw(),
  };
}

/** How often serverless compute runs a failed task again by itself. The documentation names no number. */
const serverlessRetries = 1;

/**
 * On serverless compute, auto-optimization retries failed tasks unless `disable_auto_optimization` is true. On other compute, and if the task
 * says so itself, `max_retries` counts, of which -1 means no limit.
 * Source: https://learn.microsoft.com/azure/databricks/jobs/run-serverless-jobs#auto-optimization
 */
function readMaxRetries(fields: Fields, compute: Compute): number {
  const maxRetries = fields.integer("max_retries");
  if (maxRetries !== undefined) return maxRetries < 0 ? Number.POSITIVE_INFINITY : maxRetries;
  return compute.kind === "serverless" && !fields.boolean("disable_auto_optimization")
    ? serverlessRetries
    : 0;
}

function readCompute(fields: Fields, context: TaskContext): Compute {
  const clusterId = fields.string("existing_cluster_id");
  const newCluster = fields.object("new_cluster");
  const key = fields.string("job_cluster_key");
  if ([clusterId, newCluster, key].filter(Boolean).length > 1) {
    throw invalidParameter(
      "Only one of existing_cluster_id, new_cluster and job_cluster_key can be specified.",
    );
  }
  if (clusterId) return { kind: "existing", clusterId: context.clusters.get(clusterId).id };
  if (newCluster)
    return { kind: "new", settings: readClusterSettings(newCluster, context.pools, context.caller) };
  if (key) {
    if (!context.sharedClusters.has(key))
      throw invalidParameter(`Job cluster '${key}' is not defined in field 'job_clusters'.`);
    return { kind: "shared", key };
  }
  if (context.isSingle)
    throw invalidParameter("Either new_cluster or existing_cluster_id must be specified.");
  const environmentKey = fields.string("environment_key");
  const dependencies = environmentKey ? context.environments.get(environmentKey) : [];
  if (!dependencies)
    throw invalidParameter(`Environment '${environmentKey}' is not defined in field 'environments'.`);
  return { kind: "serverless", dependencies };
}
