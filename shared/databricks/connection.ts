import { HttpClient } from "../http/client.ts";
import { HostPolicy } from "../http/hosts.ts";
import { type ClientHost, InputError, type ServiceConnection, type TaskHost } from "../task/host.ts";
import { couldNot } from "../text/could-not.ts";
import { ClustersApi } from "./api/clusters.ts";
import { DbfsStore, type FileStore, VolumeStore, WorkspaceStore } from "./api/file-stores.ts";
import { FilesApi } from "./api/files.ts";
import { InstancePoolsApi } from "./api/instance-pools.ts";
import { JobsApi } from "./api/jobs.ts";
import { LibrariesApi } from "./api/libraries.ts";
import { JobRunsApi } from "./api/runs.ts";
import { TokensApi } from "./api/tokens.ts";
import { WorkspaceApi } from "./api/workspace.ts";
import { databricksDialect } from "./dialect.ts";
import { oauthAuthorization } from "./oauth.ts";

/** One workspace, with its API groups. */
export class DatabricksClient {
  /** `https://host`, with no slash at its end. */
  readonly url: string;
  readonly clusters: ClustersApi;
  readonly libraries: LibrariesApi;
  readonly instancePools: InstancePoolsApi;
  readonly jobs: JobsApi;
  readonly runs: JobRunsApi;
  readonly workspace: WorkspaceApi;
  readonly files: FilesApi;
  readonly tokens: TokensApi;
  readonly #dbfs: FileStore;
  readonly #volumes: FileStore;
  readonly #workspaceFiles: FileStore;

  constructor(url: string, http: HttpClient) {
    this.url = url;
    this.clusters = new ClustersApi(http);
    this.libraries = new LibrariesApi(http);
    this.instancePools = new InstancePoolsApi(http);
    this.jobs = new JobsApi(http);
    this.runs = new JobRunsApi(http);
    this.workspace = new WorkspaceApi(http);
    this.files = new FilesApi(http, new URL(url).host);
    this.tokens = new TokensApi(http);
    this.#dbfs = new DbfsStore(http);
    this.#volumes = new VolumeStore(http);
    this.#workspaceFiles = new WorkspaceStore(this.workspace);
  }

  /** Where the files below a path are. @param path `/Volumes/…`, `/Workspace/…`, `dbfs:/…` or `/dbfs/…` */
  fileStore(path: string): FileStore {
    if (path.startsWith("/Volumes/")) return this.#volumes;
    return path.startsWith("/Workspace/") ? this.#workspaceFiles : this.#dbfs;
  }

  /** Page of a cluster in the workspace. */
  clusterUrl(clusterId: string): string {
    return `${this.url}/compute/clusters/${encodeURIComponent(clusterId)}`;
  }
}

/**
 * A client of the workspace that the inputs of a task name: `databricksConnection`, or else `workspaceUrl` and `bearerToken`. Its requests
 * go on when the task is cancelled: one that is cut off may still take effect, and nobody would know.
 */
export function connectDatabricks(host: TaskHost): DatabricksClient {
  if (host.input("databricksConnection") !== undefined)
    return throughConnection(host, host.connection("databricksConnection"));
  const url = workspaceUrl(host.requiredInput("workspaceUrl"));
  const token = host.requiredInput("bearerToken");
  return databricksWithToken(host, url, token);
}

/** A client with a personal access token. */
export function databricksWithToken(host: ClientHost, url: string, token: string): DatabricksClient {
  return databricksAt(host, { url, authorization: bearer(host, token) });
}

/** A client with another credential, such as a Microsoft Entra token. */
export function databricksAt(
  host: ClientHost,
  options: { url: string; authorization: () => Promise<string>; headers?: Record<string, string> },
): DatabricksClient {
  const http = new HttpClient({
    baseUrl: options.url,
    hosts: databricksHosts(host),
    dialect: databricksDialect,
    authorization: options.authorization,
    headers: options.headers,
    network: host.network,
    log: host.log,
  });
  return new DatabricksClient(options.url, http);
}

function throughConnection(host: ClientHost, connection: ServiceConnection): DatabricksClient {
  const url = workspaceUrl(connection.url ?? "");
  if (connection.scheme === "token") {
    const token = connection.authorization("apitoken");
    if (!token)
      throw new InputError(
        couldNot(`use the Databricks service connection for ${url}`, "it has no token", "edit it"),
      );
    return databricksWithToken(host, url, token);
  }
  const clientId = connection.authorization("username");
  const clientSecret = connection.authorization("password");
  if (!clientId || !clientSecret)
    throw new InputError(
      couldNot(
        `use the Databricks service connection for ${url}`,
        `its scheme "${connection.scheme}" has neither a token nor a client id and secret`,
        "edit it and give one of the two",
      ),
    );
  return databricksAt(host, {
    url,
    authorization: oauthAuthorization(host, { url, clientId, clientSecret, hosts: databricksHosts(host) }),
  });
}

/** The scheme and host of an address as people paste it: with or without https://, a path, or `?o=…`. */
export function workspaceUrl(text: string): string {
  const url = /^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `https://${text}`;
  if (text === "" || !URL.canParse(url))
    throw new InputError(
      couldNot(
        `use the workspace URL '${text}'`,
        "it is not an address",
        "give it in the form https://adb-1234567890123456.7.azuredatabricks.net",
      ),
    );
  const { protocol, username, host } = new URL(url);
  if (username !== "")
    throw new InputError(
      couldNot(`use the workspace URL for ${host}`, "it contains a user name", "give the address without it"),
    );
  return `${protocol}//${host}`;
}

function databricksHosts(host: ClientHost): HostPolicy {
  return new HostPolicy("databricks", host.allowedHosts);
}

function bearer(host: ClientHost, token: string): () => Promise<string> {
  host.secrets.add(token);
  // Node would refuse the header of each request with an error that looks like a network error.
  if (!/^[\x21-\x7e]+$/.test(token))
    throw new InputError(
      couldNot(
        "use the Databricks token",
        "it contains a character that no token has, such as a space or a line break",
        "check how its variable is set",
      ),
    );
  return async () => `Bearer ${token}`;
}
