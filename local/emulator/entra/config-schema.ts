import type { WorkspaceConfig } from "../config.ts";
import { boolean, choice, type Fields, list, map, object, required } from "../config-schema/schema.ts";

export const entraFields: Fields<Pick<WorkspaceConfig, "serviceConnections">> = {
  serviceConnections: map(
    object({
      type: required(choice("azurerm")),
      scheme: choice("secret", "certificate", "federated"),
      inDatabricks: boolean,
      keyVaultPermissions: list(choice("get", "list", "set", "delete")),
    }),
  ),
};
