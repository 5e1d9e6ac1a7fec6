import type { HttpClient } from "../../http/client.ts";
import type { Shape } from "../../http/shape.ts";

/** https://docs.databricks.com/api/workspace/clusters; Databricks may add states, so readers must accept any string. */
type ClusterState =
  | "PENDING"
  | "RUNNING"
  | "RESTARTING"
  | "RESIZING"
  | "TERMINATING"
  | "TERMINATED"
  | "ERROR"
  | "UNKNOWN";

export interface TerminationReason {
  code: string;
  type?: "SUCCESS" | "CLIENT_ERROR" | "SERVICE_FAULT" | "CLOUD_FAILURE";
  /** Messages from Databricks and the cloud, such as `databricks_error_message` and `azure_error_message`. */
  parameters?: Record<string, string>;
}

/** The settings of a cluster, which are also the content of a cluster config. It lists only the fields that the tasks read or set. */
export interface ClusterSpec {
  cluster_name?: string;
  instance_pool_id?: string;
  node_type_id?: string;
  policy_id?: string;
  /** 10 to 10000; if absent or 0, the cluster is never terminated. */
  autotermination_minutes?: number;
  /** At most 45. */
  custom_tags?: Record<string, string>;
  [field: string]: unknown;
}

export interface ClusterDetails extends ClusterSpec {
  cluster_id: string;
  state: ClusterState;
  state_message?: string;
  termination_reason?: TerminationReason;
  creator_user_name?: string;
  /** Milliseconds since 1970. */
  start_time?: number;
}

interface ClusterEvent {
  /** Milliseconds since 1970. */
  timestamp?: number;
  /** `CREATING`, `STARTING`, `RUNNING`, `TERMINATING`, …; Databricks may add types. */
  type?: string;
}

interface ListPage {
  clusters?: ClusterDetails[];
  next_page_token?: string;
}

const clusterDetails: Shape = {
  cluster_id: "string",
  state: "string",
  "cluster_name?": "string",
  "state_message?": "string",
  "start_time?": "number",
  "custom_tags?": "object",
  "instance_pool_id?": "string",
  "termination_reason?": { code: "string", "type?": "string", "parameters?": "object" },
};

/** `/api/2.1/clusters`. Each method fails with a RequestError. */
export class ClustersApi {
  readonly #http: HttpClient;

  constructor(http: HttpClient) {
    this.#http = http;
  }

  /** Not repeatable: the API has no idempotency token, so the cluster may exist even if the response is lost. */
  create(spec: ClusterSpec): Promise<{ cluster_id: string }> {
    return this.#http.json({
      method: "POST",
      path: "/api/2.1/clusters/create",
      body: spec,
      attempted: `create cluster ${spec.cluster_name}`,
      answer: { cluster_id: "string" },
    });
  }

  get({ cluster_id }: { cluster_id: string }): Promise<ClusterDetails> {
    return this.#http.json({
      method: "GET",
      path: "/api/2.1/clusters/get",
      query: { cluster_id },
      attempted: `read cluster ${cluster_id}`,
      answer: clusterDetails,
    });
  }

  /** All clusters in the workspace that the caller may see, fetched page by page. */
  async *list(): AsyncGenerator<ClusterDetails> {
    let page_token: string | undefined;
    do {
      const page: ListPage = await this.#http.json({
        method: "GET",
        path: "/api/2.1/clusters/list",
        query: { page_size: "100", ...(page_token ? { page_token } : {}) },
        attempted: "list clusters",
        answer: { "clusters?": [clusterDetails], "next_page_token?": "string" },
      });
      yield* page.clusters ?? [];
      page_token = page.next_page_token || undefined;
    } while (page_token);
  }

  /** The newest event of a type, or an empty list. https://docs.databricks.com/api/workspace/clusters/events */
  async events({ cluster_id, type }: { cluster_id: string; type: string }): Promise<ClusterEvent[]> {
    const { events } = await this.#http.json<{ events?: ClusterEvent[] | null }>({
      method: "POST",
      path: "/api/2.1/clusters/events",
      body: { cluster_id, event_types: [type], order: "DESC", limit: 1 },
      attempted: `read the events of cluster ${cluster_id}`,
      repeatable: true,
      answer: { "events?": [{ "timestamp?": "number", "type?": "string" }] },
    });
    return events ?? [];
  }

  /** Terminates the cluster and removes it from the workspace. A second call is harmless. */
  async permanentDelete({ cluster_id }: { cluster_id: string }): Promise<void> {
    await this.#http.json({
      method: "POST",
      path: "/api/2.1/clusters/permanent-delete",
      body: { cluster_id },
      attempted: `delete cluster ${cluster_id}`,
      repeatable: true,
      answer: "nothing",
    });
  }
}
