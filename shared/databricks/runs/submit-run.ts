import type { SubmitRunRequest } from "../api/runs.ts";
import type { DatabricksClient } from "../connection.ts";
import type { Compute } from "./compute.ts";

/** A notebook that is about to run. */
export interface PlannedRun {
  /** The notebook's path in the folder that was uploaded or deployed, which is also its name in the log and the report. */
  name: string;
  /** Path in the repository, slash-separated; undefined if the notebook is not from this repository. */
  file?: string;
  /** Path in the workspace. */
  notebookPath: string;
  /** The name of the run in the workspace. It contains the intent, by which the run can be found. */
  runName: string;
  /** At most 64 characters, unique to this run. */
  idempotencyToken: string;
  parameters: Record<string, string>;
  compute: Compute;
  timeoutMs: number;
}

/**
 * Submits a run and returns its id. A repeated request has the same token and therefore returns the same run.
 * @param onDoubt called after each attempt that may have created the run although its response did not say so
 */
export async function submitRun(
  databricks: DatabricksClient,
  run: PlannedRun,
  onDoubt: () => void,
): Promise<number> {
  const { compute } = run;
  const request: SubmitRunRequest = {
    run_name: run.runName,
    idempotency_token: run.idempotencyToken,
    timeout_seconds: Math.ceil(run.timeoutMs / 1000),
    tasks: [
      {
        task_key: "notebook",
        notebook_task: {
          notebook_path: run.notebookPath,
          source: "WORKSPACE",
          base_parameters: run.parameters,
        },
        ...(compute.kind === "cluster" ? { existing_cluster_id: compute.clusterId } : {}),
        ...(compute.kind === "jobCluster" ? { new_cluster: compute.spec } : {}),
        // A notebook with side effects must not run twice.
        // https://learn.microsoft.com/azure/databricks/jobs/run-serverless-jobs#auto-optimization
        ...(compute.kind === "serverless" ? { disable_auto_optimization: true } : {}),
      },
    ],
  };
  return (await databricks.runs.submit(request, onDoubt)).run_id;
}
