import { readAtMost } from "../../http/bounded-read.ts";
import type { HttpClient } from "../../http/client.ts";
import { RequestError } from "../../http/errors.ts";
import type { Shape } from "../../http/shape.ts";
import type { ClusterSpec } from "./clusters.ts";

/** The older form of a run's state, which every version of the API returns. Databricks may add values. */
interface RunState {
  life_cycle_state?: string;
  result_state?: string;
  state_message?: string;
}

/** The newer form of a run's state. Some responses have only this one. */
interface RunStatus {
  state?: string;
  termination_details?: { code?: string; type?: string; message?: string };
}

/** In milliseconds; 0 or absent if it has not happened yet. A run with tasks may have the durations only in its tasks. */
interface RunTimes {
  /** Since 1970. */
  start_time?: number;
  /** Since 1970. */
  end_time?: number;
  setup_duration?: number;
  execution_duration?: number;
}

export interface Run extends RunTimes {
  run_id: number;
  run_name?: string;
  run_page_url?: string;
  state?: RunState;
  status?: RunStatus;
  tasks?: RunTask[];
}

/** One attempt of a task. */
export interface RunTask extends RunTimes {
  run_id: number;
  task_key: string;
  /** 0 for the first attempt. */
  attempt_number?: number;
  run_page_url?: string;
  state?: RunState;
  status?: RunStatus;
  cluster_instance?: { cluster_id?: string };
  /** Set if the task runs a notebook. */
  notebook_task?: object;
  depends_on?: { task_key: string }[];
}

interface SubmitTask {
  task_key: string;
  notebook_task: {
    notebook_path: string;
    source: "WORKSPACE";
    /** Widget values, at most 1 MB as JSON. */
    base_parameters?: Record<string, string>;
  };
  /** Set one of existing_cluster_id and new_cluster, or neither for serverless compute. */
  existing_cluster_id?: string;
  new_cluster?: ClusterSpec;
  /** For serverless compute, which otherwise runs a failed task again by itself. */
  disable_auto_optimization?: boolean;
  timeout_seconds?: number;
}

export interface SubmitRunRequest {
  run_name: string;
  /** At most 64 characters. A second request with the same token returns the same run, which makes a repeat harmless. */
  idempotency_token: string;
  timeout_seconds?: number;
  tasks: SubmitTask[];
}

interface RunOutput {
  /** `result` is absent if the notebook did not call dbutils.notebook.exit; Databricks keeps only its first 5 MB. */
  notebook_output?: { result?: string | null; truncated?: boolean };
  error?: string;
  /** Contains ANSI escape sequences for colours. */
  error_trace?: string;
  /** The run that this is the output of. */
  metadata: { run_id: number };
}

interface ExportedViews {
  views?: { name?: string; type?: string; content?: string }[];
}

interface ListPage {
  runs?: Run[];
  has_more?: boolean;
  next_page_token?: string;
}

const stateShape: Shape = {
  "state?": { "life_cycle_state?": "string", "result_state?": "string", "state_message?": "string" },
  "status?": {
    "state?": "string",
    "termination_details?": { "code?": "string", "type?": "string", "message?": "string" },
  },
  "start_time?": "number",
  "end_time?": "number",
  "setup_duration?": "number",
  "execution_duration?": "number",
};
const runShape: Shape = {
  run_id: "number",
  "run_name?": "string",
  "run_page_url?": "string",
  ...stateShape,
  "tasks?": [
    {
      run_id: "number",
      task_key: "string",
      "attempt_number?": "number",
      ...stateShape,
      "cluster_instance?": { "cluster_id?": "string" },
      "notebook_task?": "object",
      "depends_on?": [{ task_key: "string" }],
    },
  ],
};

/** `/api/2.2/jobs/runs`. Each method fails with a RequestError. */
export class JobRunsApi {
  readonly #http: HttpClient;

  constructor(http: HttpClient) {
    this.#http = http;
  }

  /** @param onDoubt called if an attempt may have created the run although its response did not say so */
  submit(request: SubmitRunRequest, onDoubt?: () => void): Promise<{ run_id: number }> {
    return this.#http.json({
      method: "POST",
      path: "/api/2.2/jobs/runs/submit",
      body: request,
      attempted: `submit run "${request.run_name}"`,
      repeatable: true,
      answer: { run_id: "number" },
      onDoubt,
    });
  }

  async get({ run_id }: { run_id: number }): Promise<Run> {
    const attempted = `read run ${run_id}`;
    const found = await this.#http.json<Run>({
      method: "GET",
      path: "/api/2.2/jobs/runs/get",
      query: { run_id: String(run_id) },
      attempted,
      answer: runShape,
    });
    if (found.run_id !== run_id) throw wrongRunError(attempted, found.run_id);
    return found;
  }

  /** `run_id` must be the run of a task (`tasks[].run_id`): Databricks rejects a run that has tasks. */
  async getOutput({ run_id }: { run_id: number }): Promise<RunOutput> {
    const attempted = `read the output of run ${run_id}`;
    const output = await this.#http.json<RunOutput>({
      method: "GET",
      path: "/api/2.2/jobs/runs/get-output",
      query: { run_id: String(run_id) },
      attempted,
      answer: {
        metadata: { run_id: "number" },
        "notebook_output?": { "result?": "string", "truncated?": "boolean" },
        "error?": "string",
        "error_trace?": "string",
      },
    });
    const { metadata } = output;
    if (metadata.run_id !== run_id) throw wrongRunError(attempted, metadata.run_id);
    return output;
  }

  /**
   * The notebook of a task's run with its outputs, as an HTML page. Undefined if the page is larger than `maxBytes` or the run has none.
   */
  async export({ run_id }: { run_id: number }, maxBytes: number): Promise<string | undefined> {
    const attempted = `read the notebook of run ${run_id}`;
    const body = await this.#http.stream({
      method: "GET",
      path: "/api/2.2/jobs/runs/export",
      query: { run_id: String(run_id), views_to_export: "CODE" },
      attempted,
      timeoutMs: 60_000,
    });
    const content = await readAtMost(body, maxBytes);
    if (content === undefined) return undefined;
    const { views } = this.#http.parse<ExportedViews>(content.toString(), {
      attempted,
      answer: { "views?": [{ "type?": "string", "content?": "string" }] },
    });
    return views?.find((view) => view.type === "NOTEBOOK")?.content;
  }

  /** One-time runs that have not ended, newest first, fetched page by page. */
  async *listActiveSubmitted(): AsyncGenerator<Run> {
    let page_token: string | undefined;
    do {
      const page: ListPage = await this.#http.json({
        method: "GET",
        path: "/api/2.2/jobs/runs/list",
        query: {
          active_only: "true",
          run_type: "SUBMIT_RUN",
          limit: "25",
          ...(page_token ? { page_token } : {}),
        },
        attempted: "list active runs",
        answer: { "runs?": [runShape], "next_page_token?": "string" },
      });
      yield* page.runs ?? [];
      page_token = page.next_page_token || undefined;
    } while (page_token);
  }

  /** Requests the cancellation of a run. The run ends some time later. */
  async cancel({ run_id }: { run_id: number }): Promise<void> {
    await this.#http.json({
      method: "POST",
      path: "/api/2.2/jobs/runs/cancel",
      body: { run_id },
      attempted: `cancel run ${run_id}`,
      repeatable: true,
      answer: "nothing",
    });
  }
}

/** The error for a response about another run than the request: the state of the requested run is then unknown. */
function wrongRunError(attempted: string, run_id: unknown): RequestError {
  const returned = typeof run_id === "number" ? `run ${run_id}` : "no run id";
  return new RequestError({
    kind: "badAnswer",
    attempted,
    on: "Databricks",
    cameBack: `returned ${returned}`,
    advice: "check that no proxy answers in its place, and run the step again",
  });
}
