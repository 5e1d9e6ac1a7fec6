import type { HttpClient } from "../../http/client.ts";
import type { ClusterSpec } from "./clusters.ts";

export interface RunNowRequest {
  job_id: number;
  /** At most 64 characters. A second request with the same token returns the same run, which makes a repeat harmless. */
  idempotency_token: string;
  /** Widget values, at most 10,000 bytes as JSON. Databricks refuses them together with job_parameters. */
  notebook_params?: Record<string, string>;
  /** Values of parameters that the job declares, which Databricks passes on to its tasks. */
  job_parameters?: Record<string, string>;
}

/** The settings of a job that a test creates. */
export interface JobSettings {
  name: string;
  tags: Record<string, string>;
  max_concurrent_runs: number;
  timeout_seconds: number;
  job_clusters?: { job_cluster_key: string; new_cluster: ClusterSpec }[];
  tasks: JobTask[];
}

export interface JobTask {
  task_key: string;
  depends_on?: { task_key: string }[];
  notebook_task: {
    notebook_path: string;
    source: "WORKSPACE";
    /** Widget values, at most 1 MB as JSON. */
    base_parameters: Record<string, string>;
  };
  /** Set one of existing_cluster_id and job_cluster_key, or neither for serverless compute. */
  existing_cluster_id?: string;
  job_cluster_key?: string;
  max_retries: number;
  /** For serverless compute, which otherwise runs a failed task again by itself. */
  disable_auto_optimization?: boolean;
}

interface Job {
  job_id: number;
  settings?: {
    name?: string;
    /** The parameters that the job declares. Lists of jobs leave them out. */
    parameters?: { name: string }[];
  };
}

/** `/api/2.2/jobs`. Each method fails with a RequestError. */
export class JobsApi {
  readonly #http: HttpClient;

  constructor(http: HttpClient) {
    this.#http = http;
  }

  /** Databricks has no idempotency token for it, and a second request creates a second job of the same name. */
  create(settings: JobSettings): Promise<{ job_id: number }> {
    return this.#http.json({
      method: "POST",
      path: "/api/2.2/jobs/create",
      body: settings,
      attempted: `create job "${settings.name}"`,
      answer: { job_id: "number" },
    });
  }

  /** Deletes a job. Its runs stay in the history of the workspace. */
  async delete({ job_id }: { job_id: number }): Promise<void> {
    await this.#http.json({
      method: "POST",
      path: "/api/2.2/jobs/delete",
      body: { job_id },
      attempted: `delete job ${job_id}`,
      repeatable: true,
      answer: "nothing",
    });
  }

  /** The jobs of a name, in any case, fetched page by page. */
  async *list({ name }: { name: string }): AsyncGenerator<Job> {
    let page_token: string | undefined;
    do {
      const page: { jobs?: Job[]; next_page_token?: string } = await this.#http.json({
        method: "GET",
        path: "/api/2.2/jobs/list",
        query: { name, ...(page_token ? { page_token } : {}) },
        attempted: `find the job "${name}"`,
        answer: {
          "jobs?": [{ job_id: "number", "settings?": { "name?": "string" } }],
          "next_page_token?": "string",
        },
      });
      yield* page.jobs ?? [];
      page_token = page.next_page_token || undefined;
    } while (page_token);
  }

  get({ job_id }: { job_id: number }): Promise<Job> {
    return this.#http.json({
      method: "GET",
      path: "/api/2.2/jobs/get",
      query: { job_id: String(job_id) },
      attempted: `look up job ${job_id}`,
      answer: { job_id: "number", "settings?": { "parameters?": [{ name: "string" }] } },
    });
  }

  /**
   * Starts a run of a job.
   * @param onDoubt called if an attempt may have created the run although its response did not say so
   */
  runNow(request: RunNowRequest, onDoubt?: () => void): Promise<{ run_id: number }> {
    return this.#http.json({
      method: "POST",
      path: "/api/2.2/jobs/run-now",
      body: request,
      attempted: `start job ${request.job_id}`,
      repeatable: true,
      answer: { run_id: "number" },
      onDoubt,
    });
  }
}
