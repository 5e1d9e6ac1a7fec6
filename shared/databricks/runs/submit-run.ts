import type { RunKind } from "../../reporting/runs/run-kind.ts";
import type { TestMarks } from "../../results/test-case.ts";
import type { RunNowRequest } from "../api/jobs.ts";
import type { SubmitRunRequest } from "../api/runs.ts";
import type { DatabricksClient } from "../connection.ts";
import type { Compute } from "./compute.ts";
import type { LiveRuns } from "./live-runs.ts";

/** A notebook or a scenario that is about to run. */
export interface PlannedRun {
  /** What the log calls it. */
  kind: RunKind;
  /** Its name in the log and the report. For a notebook, its path in the folder that was uploaded or deployed. */
  name: string;
  /** Path in the repository, slash-separated; undefined if the notebook is not from this repository. */
  file?: string;
  marks?: TestMarks;
  work: NotebookWork | JobWork;
  /** The name of the run in the workspace. It contains the intent, by which the run can be found. */
  runName: string;
  /** One for each attempt, at most 64 characters long and unique. The run is attempted again only after a failure. */
  idempotencyTokens: readonly string[];
  parameters: Record<string, string>;
  timeoutMs: number;
  /** What raises that limit, for the error; the input timeoutMinutes unless given. */
  limitedBy?: string;
}

export interface NotebookWork {
  kind: "notebook";
  /** Path in the workspace. */
  path: string;
  compute: Compute;
}

/** A job that exists in the workspace and has its own compute. */
export interface JobWork {
  kind: "job";
  id: number;
  /** The parameters that the job declares. It takes values for these or, if there are none, values of widgets. */
  parameterNames: readonly string[];
}

/** One attempt of a planned run. */
export type RunAttempt = Omit<PlannedRun, "idempotencyTokens"> & { idempotencyToken: string };

/**
 * Starts an attempt and returns the id of its run. A repeated request has the same token and therefore returns the same run. `live` keeps in the
 * journal what the post-job step needs to cancel the run.
 */
export function startRun(databricks: DatabricksClient, run: RunAttempt, live: LiveRuns): Promise<number> {
  const { work } = run;
  return work.kind === "job"
    ? live.startJob(databricks, startRequest(run, work))
    : live.submit((onDoubt) => submitNotebook(databricks, { ...run, work }, onDoubt));
}

/** @param onDoubt called after each attempt that may have created the run although its response did not say so */
async function submitNotebook(
  databricks: DatabricksClient,
  run: RunAttempt & { work: NotebookWork },
  onDoubt: () => void,
): Promise<number> {
  const { work } = run;
  const { compute } = work;
  const request: SubmitRunRequest = {
    run_name: run.runName,
    idempotency_token: run.idempotencyToken,
    timeout_seconds: Math.ceil(run.timeoutMs / 1000),
    tasks: [
      {
        task_key: "notebook",
        notebook_task: {
          notebook_path: work.path,
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

function startRequest(
  { idempotencyToken, parameters }: RunAttempt,
  { id, parameterNames }: JobWork,
): RunNowRequest {
  const request = { job_id: id, idempotency_token: idempotencyToken };
  if (Object.keys(parameters).length === 0) return request;
  return parameterNames.length > 0
    ? { ...request, job_parameters: parameters }
    : { ...request, notebook_params: parameters };
}
