import { existsSync } from "node:fs";
import type { JsonObject } from "../http/request.ts";
import type { Route } from "../http/route.ts";
import type { LocalWorkspace } from "../local-workspace.ts";
import type { DefineRoute } from "./api-route.ts";
import type { Cluster, ClusterLibrary } from "./clusters/cluster.ts";
import type { Clusters } from "./clusters/clusters.ts";
import { invalidParameter } from "./errors.ts";
import type { Fields } from "./fields.ts";

const kinds = ["jar", "egg", "whl", "pypi", "maven", "cran", "requirements"] as const;
type Kind = (typeof kinds)[number];

/** The file on disk for the path of a library (`/Workspace/…`, `dbfs:/…`); undefined for a path of another kind. */
type LocateFile = (path: string) => string | undefined;

/**
 * Libraries on clusters. An installation checks only the form of the request and that a file exists. pip itself runs when a notebook
 * starts on the cluster, and if it fails, that run fails.
 * Source: https://docs.databricks.com/api/azure/workspace/libraries
 */
export class Libraries {
  readonly #workspace: LocalWorkspace;
  readonly #clusters: Clusters;
  readonly #locate: LocateFile;

  constructor(workspace: LocalWorkspace, clusters: Clusters, locate: LocateFile) {
    this.#workspace = workspace;
    this.#clusters = clusters;
    this.#locate = locate;
    clusters.lifecycle.watch((cluster) => {
      if (cluster.state === "RUNNING") this.#installPending(cluster);
      // "The libraries aren't uninstalled until the cluster is restarted."
      if (cluster.state === "PENDING" || cluster.state === "RESTARTING")
        cluster.libraries = cluster.libraries.filter(({ status }) => status !== "UNINSTALL_ON_RESTART");
    });
  }

  install(cluster: Cluster, libraries: JsonObject[]): void {
    for (const library of libraries) {
      kindOf(library);
      const text = JSON.stringify(library);
      if (cluster.libraries.some((present) => JSON.stringify(present.library) === text)) continue;
      cluster.libraries.push({ library, status: "PENDING", messages: [] });
    }
    if (cluster.state === "RUNNING") this.#installPending(cluster);
  }

  uninstall(cluster: Cluster, libraries: JsonObject[]): void {
    for (const library of libraries) {
      kindOf(library);
      const text = JSON.stringify(library);
      const present = cluster.libraries.find((item) => JSON.stringify(item.library) === text);
      if (present) present.status = "UNINSTALL_ON_RESTART";
    }
  }

  /** The requirements and wheel files that pip installs for a notebook on this cluster. */
  requirements(cluster: Cluster): string[] {
    return cluster.libraries
      .filter((item) => item.status === "INSTALLED")
      .flatMap(({ library }) => {
        const { package: name, repo } = (library.pypi ?? {}) as { package?: string; repo?: string };
        if (name) return repo ? [`--index-url=${repo}`, name] : [name];
        const file = this.#locate(String(library.whl ?? library.requirements));
        if (file === undefined) return [];
        return library.whl ? [file] : [`--requirement=${file}`];
      });
  }

  #installPending(cluster: Cluster): void {
    for (const item of cluster.libraries) {
      if (item.status !== "PENDING") continue;
      item.status = "INSTALLING";
      this.#workspace.clock.after(0, () => {
        this.#finish(item);
        this.#clusters.lifecycle.changed(cluster);
      });
    }
  }

  #finish(item: ClusterLibrary): void {
    const scripted = this.#workspace.faults.ofOperation("library.install", JSON.stringify(item.library));
    const problem = scripted?.fail?.message ?? this.#problem(item.library);
    item.status = problem ? "FAILED" : "INSTALLED";
    if (problem) item.messages = [problem];
  }

  #problem(library: JsonObject): string | undefined {
    const kind = kindOf(library);
    if (kind === "pypi") {
      const name = String((library.pypi as JsonObject).package ?? "");
      if (/^[A-Za-z0-9][A-Za-z0-9._-]*(\[[^\]]*\])?\s*((===|[=<>!~]=|[<>])[^;]+|@ .+)?(;.*)?$/.test(name))
        return undefined;
      return `Library installation failed: '${name}' is not a valid PyPI package specification.`;
    }
    if (kind === "whl" || kind === "requirements") {
      const path = String(library[kind]);
      const file = this.#locate(path);
      if (file !== undefined && existsSync(file)) return undefined;
      return `Library installation failed: the file ${path} does not exist.`;
    }
    return `Library installation failed: the local workspace installs whl, pypi and requirements libraries, not ${kind}.`;
  }
}

export function libraryRoutes(route: DefineRoute, clusters: Clusters, libraries: Libraries): Route[] {
  const statuses = (cluster: Cluster) => ({
    cluster_id: cluster.id,
    library_statuses: cluster.libraries.map(({ library, status, messages }) => ({
      library,
      status,
      messages,
      is_library_for_all_clusters: false,
    })),
  });
  const change = (fields: Fields, action: (cluster: Cluster, libraries: JsonObject[]) => void) => {
    const cluster = clusters.get(fields.requiredString("cluster_id"));
    action(
      cluster,
      fields.objects("libraries").map((library) => library.raw()),
    );
    return {};
  };
  return [
    route("POST", "/api/2.0/libraries/install", "libraries/install", (fields) =>
      change(fields, (cluster, items) => libraries.install(cluster, items)),
    ),
    route("POST", "/api/2.0/libraries/uninstall", "libraries/uninstall", (fields) =>
      change(fields, (cluster, items) => libraries.uninstall(cluster, items)),
    ),
    route("GET", "/api/2.0/libraries/cluster-status", "libraries/clusterstatus", (fields) =>
      statuses(clusters.get(fields.requiredString("cluster_id"))),
    ),
    route("GET", "/api/2.0/libraries/all-cluster-statuses", "libraries/allclusterstatuses", () => ({
      statuses: clusters.all().map(statuses),
    })),
  ];
}

function kindOf(library: JsonObject): Kind {
  const given = kinds.filter((kind) => library[kind] !== undefined && library[kind] !== null);
  if (given.length === 1) return given[0] as Kind;
  throw invalidParameter(`Exactly one of ${kinds.join(", ")} must be specified for a library`);
}
