import type { FabricRole } from "../fabric/config.ts";

/** The part of `notebook-ops.local.yml` from which the local tenant gets its applications. */
export interface EntraConfig {
  /** Service connections by name. */
  serviceConnections?: Record<string, ServiceConnectionConfig>;
}

export type ServiceConnectionConfig = AzureConnectionConfig | OrganisationConnectionConfig;

/** A connection to Azure: a service principal of the local tenant. */
export interface AzureConnectionConfig {
  type: "azurerm";
  /** How the connection authenticates; by default with a secret. */
  scheme?: "secret" | "certificate" | "federated";
  /** Whether the service principal is a user of the Databricks workspace; by default true. */
  inDatabricks?: boolean;
  /** Whether the service principal has a role in the workspaces of Fabric, and which; by default that of a contributor. */
  inFabric?: boolean | FabricRole;
  /** What it may do in the key vault; by default get and list. */
  keyVaultPermissions?: KeyVaultPermission[];
}

/** A connection to another organisation of the local Azure DevOps, with a token for its feeds. */
export interface OrganisationConnectionConfig {
  /** Azure Repos/Team Foundation Server, as Azure DevOps calls it. */
  type: "externaltfs";
  /** The name of the organisation. */
  organisation: string;
  /** The organisation's feeds, as `feed` or `project/feed`. */
  feeds?: string[];
}

/** https://learn.microsoft.com/azure/key-vault/general/assign-access-policy, those of secrets */
export type KeyVaultPermission =
  | "get"
  | "list"
  | "set"
  | "delete"
  | "recover"
  | "backup"
  | "restore"
  | "purge";
