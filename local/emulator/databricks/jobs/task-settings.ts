import type { JsonObject } from "../../http/request.ts";
import { type ClusterSettings, readClusterSettings } from "../clusters/cluster-settings.ts";
import type { Clusters } from "../clusters/clusters.ts";
import { invalidParameter } from "../errors.ts";
import type { Fields } from "../fields.ts";
import type { InstancePools } from "../instance-pools.ts";
import type { Principal } from "../principal.ts";
import { refuseUnsupported, unsupportedInTasks } from "../unsupported.ts";
import { type RetryPolicy, readRetryPolicy } from "./retry-policy.ts";
import { type RunIf, readRunIf } from "./run-if.ts";
import { readProgram, type TaskProgram } from "./task-program.ts";

/** Where a task runs. */
type Compute =
  | { kind: "existing"; clusterId: string }
  | { kind: "new"; settings: ClusterSettings }
  | { kind: "shared"; key: string }
  | { kind: "serverless"; dependencies: string[] };

export interface TaskSettings {
  taskKey: string;
  dependsOn: string[];
  runIf: RunIf;
  isDisabled: boolean;
  program: TaskProgram;
  compute: Compute;
  libraries: JsonObject[];
  /** 0: no limit. */
  timeoutSeconds: number;
  retries: RetryPolicy;
  /** The task as the request gave it, for answers. */
  raw: JsonObject;
}

/** The parts of the workspace by which a task is checked. */
export interface SettingsContext {
  clusters: Clusters;
  pools: InstancePools;
  caller: Principal;
}

/** What the tasks of one run or job have in common. */
export interface TaskContext extends SettingsContext {
  /** The key of a task that the request gave without `tasks`. */
  singleKey?: string | undefined;
  environments: Map<string, string[]>;
  sharedClusters: Map<string, ClusterSettings>;
  /** Whether `git_source` is given, which is then the default source of notebooks and files. */
  isOfGit: boolean;
}

export function readTask(fields: Fields, context: TaskContext): TaskSettings {
  const taskKey = context.singleKey ?? fields.requiredString("task_key");
  if (!/^[\w-]{1,100}$/.test(taskKey)) {
    throw invalidParameter(
      `The provided task key (${taskKey}) is invalid: only letters, digits, - and _ are allowed.`,
    );
  }
  refuseUnsupported(fields, unsupportedInTasks);
  const program = readProgram(fields, taskKey, context.isOfGit);
  const compute = readCompute(fields, context, taskKey, program.kind);
  return {
    taskKey,
    dependsOn: fields.objects("depends_on").map((item) => item.requiredString("task_key")),
    runIf: readRunIf(fields.string("run_if")),
    isDisabled: fields.boolean("disabled"),
    program,
    compute,
    libraries: fields.objects("libraries").map((library) => library.raw()),
    timeoutSeconds: readTimeout(fields),
    retries: readRetryPolicy(fields, compute.kind === "serverless"),
    raw: fields.raw(),
  };
}

/** `timeout_seconds` of a task or a run; 0 is no limit. */
export function readTimeout(fields: Fields): number {
  const seconds = fields.integer("timeout_seconds") ?? 0;
  if (seconds < 0) throw invalidParameter(`timeout_seconds must not be negative, got ${seconds}.`);
  return seconds;
}

function readCompute(
  fields: Fields,
  context: TaskContext,
  taskKey: string,
  kind: TaskProgram["kind"],
): Compute {
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
  if (context.singleKey !== undefined)
    throw invalidParameter("Either new_cluster or existing_cluster_id must be specified.");
  const environmentKey = fields.string("environment_key");
  if (!environmentKey && kind === "script") {
    // Worded as in https://github.com/databricks/databricks-sdk-py/issues/1228
    throw invalidParameter(
      `An environment is required for serverless task ${taskKey}. Please define one using \`environments\` and \`environment_key\`.`,
    );
  }
  const dependencies = environmentKey ? context.environments.get(environmentKey) : [];
  if (!dependencies)
    throw invalidParameter(`Environment '${environmentKey}' is not defined in field 'environments'.`);
  return { kind: "serverless", dependencies };
}
