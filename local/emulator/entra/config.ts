/** The part of `notebook-ops.local.yml` from which the local tenant gets its applications. */
export interface EntraConfig {
  /** Azure service connections by name; each is a service principal of the local tenant. */
  serviceConnections?: Record<string, ServiceConnectionConfig>;
}

export interface ServiceConnectionConfig {
  type: "azurerm";
  /** How the connection authenticates; by default with a secret. */
  scheme?: "secret" | "certificate" | "federated";
  /** Whether the service principal is a user of the Databricks workspace; by default true. */
  inDatabricks?: boolean;
  /** What it may do in the key vault; by default get and list. */
  keyVaultPermissions?: KeyVaultPermission[];
}

export type KeyVaultPermission = "get" | "list" | "set" | "delete";
