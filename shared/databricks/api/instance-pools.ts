import type { HttpClient } from "../../http/client.ts";

interface InstancePool {
  instance_pool_id: string;
  instance_pool_name?: string;
  node_type_id?: string;
  /** Absent if the pool has no limit. */
  max_capacity?: number;
  stats?: {
    used_count?: number;
    idle_count?: number;
    pending_used_count?: number;
    pending_idle_count?: number;
  };
}

/** `/api/2.0/instance-pools`. Each method fails with a RequestError. */
export class InstancePoolsApi {
  readonly #http: HttpClient;

  constructor(http: HttpClient) {
    this.#http = http;
  }

  get({ instance_pool_id }: { instance_pool_id: string }): Promise<InstancePool> {
    return this.#http.json({
      method: "GET",
      path: "/api/2.0/instance-pools/get",
      query: { instance_pool_id },
      attempted: `read instance pool ${instance_pool_id}`,
      answer: {
        instance_pool_id: "string",
        "instance_pool_name?": "string",
        "node_type_id?": "string",
        "max_capacity?": "number",
        "stats?": { "used_count?": "number", "pending_used_count?": "number" },
      },
    });
  }
}
