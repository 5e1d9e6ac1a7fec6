import {
  boolean,
  booleanOrChoice,
  choice,
  type Fields,
  list,
  map,
  required,
  text,
  variants,
} from "../config-schema/schema.ts";
import type { EntraConfig, ServiceConnectionConfig } from "./config.ts";

export const entraFields: Fields<EntraConfig> = {
  serviceConnections: map(
    variants<ServiceConnectionConfig>({
      azurerm: {
        scheme: choice("secret", "certificate", "federated"),
        inDatabricks: boolean,
        inFabric: booleanOrChoice("Admin", "Member", "Contributor", "Viewer"),
        keyVaultPermissions: list(
          choice("get", "list", "set", "delete", "recover", "backup", "restore", "purge"),
        ),
      },
      externaltfs: { organisation: required(text), feeds: list(text) },
    }),
  ),
};
