import type { SubmitRunRequest } from "../api/runs.ts";
import type { DatabricksClient } from "../connection.ts";
import type { Compute } from "./compute.ts";

/** A notebook that is about to run. */
export interface PlannedRun {
  /** What the log and the report call it: its path in the folder that was uploaded or deployed. */
  name: string;
  /** Path in the repository, slash-separated; undefined if the notebook is not from this repository. */
  file?: string;
  /** Path in the workspace. */
  notebookPath: string;
  /** Shown in the workspace. It contains the intent, by which the run is found. */
  runName: string;
  /** Idempotency token: at most 64 characters, unique to this run. */
  token: string;
  parameters: Record<string, string>;
  compute: Compute;
  timeoutMs: number;
}

/**
 * Submits a run and returns its id. A repeated request with the same token returns the same run, so that a lost answer does no harm.
 * @param onDoubt called after each attempt that may have made a run although no answer said so
 */
export async function submitRun(
  databricks: DatabricksClient,
  run: PlannedRun,
  onDoubt: () => void,
): Promise<number> {
  const { compute } = run;
  const request: SubmitRunRequest = {
    run_name: run.runName,
    idempotency_token: run.token,
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
      },
    ],
  };
  return (await databricks.runs.submit(request, onDoubt)).run_id;
}
