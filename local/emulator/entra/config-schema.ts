import { boolean, choice, type Fields, list, map, object, required } from "../config-schema/schema.ts";
import type { EntraConfig } from "./config.ts";

export const entraFields: Fields<EntraConfig> = {
  serviceConnections: map(
    object({
      type: required(choice("azurerm")),
      scheme: choice("secret", "certificate", "federated"),
      inDatabricks: boolean,
      keyVaultPermissions: list(choice("get", "list", "set", "delete")),
    }),
  ),
};
