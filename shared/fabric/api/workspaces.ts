import type { HttpClient } from "../../http/client.ts";
import type { Shape } from "../../http/shape.ts";
import { pages } from "./pages.ts";

export interface Workspace {
  /** GUID. */
  id: string;
  displayName: string;
  /** Absent if the workspace has no capacity. */
  capacityId?: string;
}

const workspaceShape: Shape = { id: "string", displayName: "string", "capacityId?": "string" };

/** `/v1/workspaces`. Each method fails with a RequestError. */
export class WorkspacesApi {
  readonly #http: HttpClient;

  constructor(http: HttpClient) {
    this.#http = http;
  }

  /** The workspaces in which the identity has a role. */
  list(): AsyncGenerator<Workspace> {
    return pages(this.#http, {
      path: "/v1/workspaces",
      attempted: "list the Fabric workspaces",
      entry: workspaceShape,
    });
  }

  get(id: string): Promise<Workspace> {
    return this.#http.json({
      method: "GET",
      path: `/v1/workspaces/${id}`,
      attempted: `look up the Fabric workspace ${id}`,
      answer: workspaceShape,
    });
  }
}
