/**
 * What the local workspace holds before a pipeline starts: the content of `notebook-ops.local.yml`. It stands in for what an
 * administrator sets up once in the cloud.
 */
export interface WorkspaceConfig {
  /** What Pipelines > Library holds: group name → variable → value; `${field}` takes any field of the ready record. */
  variableGroups?: Record<string, Record<string, string>>;
  /** Azure service connections by name; each is a service principal of the local tenant. */
  serviceConnections?: Record<string, ServiceConnectionConfig>;
  keyVault?: KeyVaultConfig;
  databricks?: DatabricksConfig;
  /** Azure Artifacts feeds: `name` is one of the organisation, `project/name` one of the project. */
  feeds?: string[];
  devops?: DevopsConfig;
  spark?: SparkConfig;
  /** Added to each answer of each service. */
  latencyMs?: number;
}

export interface ServiceConnectionConfig {
  type: "azurerm";
  /** How the connection authenticates; a secret where nothing is said. */
  scheme?: "secret" | "certificate" | "federated";
  /** Whether the service principal is a user of the Databricks workspace; true where nothing is said. */
  inDatabricks?: boolean;
  /** What it may do in the key vault; get and list where nothing is said. */
  keyVaultPermissions?: KeyVaultPermission[];
}

export type KeyVaultPermission = "get" | "list" | "set" | "delete";

export interface KeyVaultConfig {
  secrets?: Record<string, string | KeyVaultSecretConfig>;
  requestsPerSecond?: number;
}

export interface KeyVaultSecretConfig {
  value: string;
  enabled?: boolean;
  /** ISO 8601, or seconds since 1970. */
  expires?: string | number;
  notBefore?: string | number;
  contentType?: string;
  tags?: Record<string, string>;
}

export interface DatabricksConfig {
  instancePools?: InstancePoolConfig[];
  /** Scope → key → value. */
  secretScopes?: Record<string, Record<string, string>>;
  /** Simulated time from create to RUNNING, on the workspace's clock. */
  clusterStartSeconds?: number;
  requestsPerSecond?: number;
}

export interface InstancePoolConfig {
  instance_pool_id: string;
  instance_pool_name: string;
  node_type_id: string;
  min_idle_instances?: number;
  max_capacity?: number;
  /** Application ids that may attach clusters; everyone where nothing is said. */
  canAttachTo?: string[];
}

export interface DevopsConfig {
  /** What the build service, whose token the pipelines have, may do; everything where nothing is said. */
  permissions?: Partial<Record<DevopsPermission, boolean>>;
  /** Open pull requests of the project's repositories. */
  pullRequests?: PullRequestConfig[];
}

export interface PullRequestConfig {
  id: number;
  /** The repository's name. */
  repository: string;
  title: string;
  /** `refs/heads/…` */
  sourceBranch: string;
  targetBranch: string;
}

export type DevopsPermission =
  | "readPackages"
  | "addPackage"
  | "updatePackage"
  | "deletePackage"
  | "administerFeed"
  | "useServiceConnection"
  | "contributeToPullRequests"
  | "updateBuildInformation"
  | "createTestRuns";

export interface SparkConfig {
  /** `local[*]`, `spark://…`, `sc://…`; `none`: notebooks run in Python alone, with no JVM. */
  master: string;
}

/** Replaces `${name}` in every text of the config by `lookup(name)`; an unknown name stays as it is. */
export function expandConfig<T>(value: T, lookup: (name: string) => string | undefined): T {
  if (typeof value === "string") {
    return value.replace(/\$\{([^}]+)\}/g, (whole, name: string) => lookup(name) ?? whole) as T;
  }
  if (Array.isArray(value)) return value.map((item) => expandConfig(item, lookup)) as T;
  if (value !== null && typeof value === "object") {
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => [key, expandConfig(item, lookup)]),
    ) as T;
  }
  return value;
}
