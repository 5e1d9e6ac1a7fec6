import type { JobSettings } from "../../shared/databricks/api/jobs.ts";
import type { Compute } from "../../shared/databricks/runs/compute.ts";
import { intentTag } from "../../shared/intent/intent.ts";
import type { StreamingTask } from "../../shared/streaming/definition.ts";

const clusterKey = "streams";

interface Options {
  /** The name of the test. */
  name: string;
  /** Part of the name of the job, and the value of its tag. */
  intent: string;
  tasks: readonly StreamingTask[];
  compute: Compute;
  /** The path in the workspace of a notebook. */
  pathOf: (notebook: string) => string;
  timeoutMs: number;
}

/** The settings of the job that runs the streams of a test. A stream that dies is not started again: its death is what the test must show. */
export function jobSettings({ name, intent, tasks, compute, pathOf, timeoutMs }: Options): JobSettings {
  return {
    name: `${name} (notebook-ops ${intent})`,
    tags: { [intentTag]: intent },
    max_concurrent_runs: 1,
    timeout_seconds: Math.ceil(timeoutMs / 1000),
    ...(compute.kind === "jobCluster"
      ? { job_clusters: [{ job_cluster_key: clusterKey, new_cluster: compute.spec }] }
      : {}),
    tasks: tasks.map((task) => ({
      task_key: task.key,
      ...(task.dependsOn.length > 0 ? { depends_on: task.dependsOn.map((task_key) => ({ task_key })) } : {}),
      notebook_task: {
        notebook_path: pathOf(task.notebook),
        source: "WORKSPACE",
        base_parameters: task.parameters,
      },
      ...(compute.kind === "cluster" ? { existing_cluster_id: compute.clusterId } : {}),
      ...(compute.kind === "jobCluster" ? { job_cluster_key: clusterKey } : {}),
      max_retries: 0,
      ...(compute.kind === "serverless" ? { disable_auto_optimization: true } : {}),
    })),
  };
}
