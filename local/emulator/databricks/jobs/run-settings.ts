import { type ClusterSettings, readClusterSettings } from "../clusters/cluster-settings.ts";
import { invalidParameter } from "../errors.ts";
import { Fields } from "../fields.ts";
import { refuseUnsupported, unsupportedInEnvironments, unsupportedInRuns } from "../unsupported.ts";
import { checkReferences } from "./dynamic-values.ts";
import { type ParameterDefinition, readParameters } from "./job-parameters.ts";
import { requireGraph } from "./task-graph.ts";
import { readTask, readTimeout, type SettingsContext, type TaskSettings } from "./task-settings.ts";

export interface RunSettings {
  name: string;
  description?: string;
  tasks: TaskSettings[];
  sharedClusters: Map<string, ClusterSettings>;
  timeoutSeconds: number;
  maxConcurrentRuns: number;
  /** Whether a run over `maxConcurrentRuns` waits instead of being skipped. */
  isQueueEnabled: boolean;
  parameters: ParameterDefinition[];
  tags: Record<string, string>;
  /** Whether the request gave a single task without `tasks`, as in API 2.0. */
  isSingle: boolean;
}

/** Source: https://docs.databricks.com/api/azure/workspace/jobs/create (max_concurrent_runs) */
const highestConcurrency = 1000;

/**
 * Reads the settings of runs/submit and jobs/create: several `tasks`, or one task's fields at the top.
 * Source: https://docs.databricks.com/api/azure/workspace/jobs/submit and …/jobs/create
 */
export function readRunSettings(
  fields: Fields,
  context: SettingsContext,
  nameField: "run_name" | "name",
): RunSettings {
  refuseUnsupported(fields, unsupportedInRuns);
  const given = fields.objects("tasks");
  const isSingle = given.length === 0;
  const environments = new Map(
    fields
      .objects("environments")
      .map((item) => [item.requiredString("environment_key"), readDependencies(item.object("spec"))]),
  );
  const sharedClusters = new Map(
    fields
      .objects("job_clusters")
      .map((item) => [
        item.requiredString("job_cluster_key"),
        readClusterSettings(item.object("new_cluster") ?? new Fields({}), context.pools, context.caller),
      ]),
  );
  const name = fields.string(nameField) ?? "Untitled";
  const isOfGit = fields.has("git_source");
  const singleKey = isSingle ? keyOfSingleTask(name) : undefined;
  const tasks = (isSingle ? [fields] : given).map((task) =>
    readTask(task, { ...context, singleKey, environments, sharedClusters, isOfGit }),
  );
  requireGraph(tasks);
  const parameters = nameField === "name" ? readParameters(fields) : [];
  for (const parameter of parameters) checkReferences(parameter.default);
  const description = fields.string("description");
  return {
    name,
    ...(description === undefined ? {} : { description }),
    tasks,
    sharedClusters,
    timeoutSeconds: readTimeout(fields),
    maxConcurrentRuns: readConcurrency(fields),
    isQueueEnabled: fields.object("queue")?.boolean("enabled") ?? false,
    parameters,
    tags: fields.strings("tags"),
    isSingle,
  };
}

/**
 * The key of the only task of a request without `tasks`, made of the name of the job or run: the run "flytekit databricks plugin example" has
 * the task "flytekit_databricks_plugin_example" (https://github.com/flyteorg/flytekit/pull/1935).
 */
export function keyOfSingleTask(name: string): string {
  return name.replace(/[^\w-]/g, "_").slice(0, 100) || "_";
}

function readDependencies(spec: Fields | undefined): string[] {
  refuseUnsupported(spec, unsupportedInEnvironments);
  return (spec?.list("dependencies") ?? []).map(String);
}

function readConcurrency(fields: Fields): number {
  const runs = fields.integer("max_concurrent_runs") ?? 1;
  if (runs >= 0 && runs <= highestConcurrency) return runs;
  throw invalidParameter(`max_concurrent_runs must be between 0 and ${highestConcurrency}, got ${runs}.`);
}
