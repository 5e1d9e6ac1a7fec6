import { readAtMost } from "../../http/bounded-read.ts";
import type { HttpClient } from "../../http/client.ts";
import { RequestError } from "../../http/errors.ts";
import type { Shape } from "../../http/shape.ts";
import type { ClusterSpec } from "./clusters.ts";

/** The older form of a run's state, which every version of the API answers with. Any string may come. */
export interface RunState {
  life_cycle_state?: string;
  result_state?: string;
  state_message?: string;
}

/** The newer form. Some answers carry it alone. */
export interface RunStatus {
  state?: string;
  termination_details?: { code?: string; type?: string; message?: string };
}

/** Milliseconds; 0 or absent for what has not happened. A run with tasks may leave the durations to them. */
export interface RunTimes {
  /** Since 1970. */
  start_time?: number;
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

export interface RunTask extends RunTimes {
  run_id: number;
  task_key: string;
  run_page_url?: string;
  state?: RunState;
  status?: RunStatus;
  cluster_instance?: { cluster_id?: string };
}

export interface SubmitTask {
  task_key: string;
  notebook_task: {
    notebook_path: string;
    source: "WORKSPACE";
    /** Widget values, at most 10,000 bytes as JSON. */
    base_parameters?: Record<string, string>;
  };
  /** One of the two; neither means serverless compute. */
  existing_cluster_id?: string;
  new_cluster?: ClusterSpec;
  timeout_seconds?: number;
}

export interface SubmitRunRequest {
  run_name: string;
  /** At most 64 characters; the same token answers with the same run, which makes a repeat harmless. */
  idempotency_token: string;
  timeout_seconds?: number;
  tasks: SubmitTask[];
}

export interface RunOutput {
  /** `result` is absent where the notebook never called dbutils.notebook.exit; only the first 5 MB of it are kept. */
  notebook_output?: { result?: string | null; truncated?: boolean };
  error?: string;
  /** Coloured by ANSI escape sequences. */
  error_trace?: string;
  /** The run that the output is of. */
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

const state: Shape = {
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
const run: Shape = {
  run_id: "number",
  "run_name?": "string",
  "run_page_url?": "string",
  ...state,
  "tasks?": [{ run_id: "number", ...state, "cluster_instance?": { "cluster_id?": "string" } }],
};

/** `/api/2.2/jobs/runs`. Each method fails with a RequestError. */
export class JobRunsApi {
  readonly #http: HttpClient;

  constructor(http: HttpClient) {
    this.#http = http;
  }

  /** @param onDoubt called if an attempt may have made the run without saying so */
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
      answer: run,
    });
    if (found.run_id !== run_id) throw anotherRun(attempted, found.run_id);
    return found;
  }

  /** `run_id` must be a task's run (`tasks[].run_id`): a run that has tasks is refused. */
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
    if (metadata.run_id !== run_id) throw anotherRun(attempted, metadata.run_id);
    return output;
  }

  /**
   * The notebook of a task's run with its outputs, as an HTML page; undefined where that is longer than `maxBytes`, or
   * where the run left none.
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

  /** One-time runs that have not ended, page by page, newest first. */
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
        answer: { "runs?": [run], "next_page_token?": "string" },
      });
      yield* page.runs ?? [];
      page_token = page.next_page_token || undefined;
    } while (page_token);
  }

  /** Asks for the end of a run; it ends some time later. */
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

/** An answer about a run that was not asked for says nothing of the one that was. */
function anotherRun(attempted: string, run_id: unknown): RequestError {
  const returned = typeof run_id === "number" ? `run ${run_id}` : "no run id";
  return new RequestError({
    kind: "badAnswer",
    attempted,
    on: "Databricks",
    cameBack: `returned ${returned}`,
    advice: "check that no proxy answers in its place, and run the step again",
  });
}
