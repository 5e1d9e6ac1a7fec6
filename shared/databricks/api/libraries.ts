import type { HttpClient } from "../../http/client.ts";

export type Library =
  | { pypi: { package: string; repo?: string } }
  | { maven: { coordinates: string; repo?: string; exclusions?: string[] } }
  | { cran: { package: string; repo?: string } }
  | { whl: string }
  | { jar: string }
  | { requirements: string };

type LibraryState =
  | "PENDING"
  | "RESOLVING"
  | "INSTALLING"
  | "INSTALLED"
  | "RESTORED"
  | "SKIPPED"
  | "FAILED"
  | "UNINSTALL_ON_RESTART";

export interface LibraryStatus {
  library: Library;
  status: LibraryState;
  /** Messages from Databricks about the installation, mainly if it failed. */
  messages?: string[];
}

/** `/api/2.0/libraries`. Each method fails with a RequestError. */
export class LibrariesApi {
  readonly #http: HttpClient;

  constructor(http: HttpClient) {
    this.#http = http;
  }

  /** Starts the installation and returns at once. A library that is already installed does not change, so a repeat is harmless. */
  async install(request: { cluster_id: string; libraries: Library[] }): Promise<void> {
    await this.#http.json({
      method: "POST",
      path: "/api/2.0/libraries/install",
      body: request,
      attempted: `install libraries on cluster ${request.cluster_id}`,
      repeatable: true,
      answer: "nothing",
    });
  }

  /** The state of every library of a cluster, including those that others installed on it. */
  async clusterStatus({ cluster_id }: { cluster_id: string }): Promise<LibraryStatus[]> {
    const answer = await this.#http.json<{ library_statuses?: LibraryStatus[] | null }>({
      method: "GET",
      path: "/api/2.0/libraries/cluster-status",
      query: { cluster_id },
      attempted: `read the libraries of cluster ${cluster_id}`,
      answer: { "library_statuses?": [{ library: "object", status: "string", "messages?": ["string"] }] },
    });
    return answer.library_statuses ?? [];
  }
}
