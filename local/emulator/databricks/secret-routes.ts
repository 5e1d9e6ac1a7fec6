import type { Route } from "../http/route.ts";
import type { DefineRoute } from "./api-route.ts";
import { apiError, doesNotExist, invalidParameter } from "./errors.ts";
import type { Fields } from "./fields.ts";
import type { Principal } from "./principal.ts";
import { type Permission, ranks, type SecretScopes } from "./secrets.ts";
import { notImplemented } from "./unsupported.ts";

/** Source: https://docs.databricks.com/api/azure/workspace/secrets */
export function secretRoutes(route: DefineRoute, scopes: SecretScopes): Route[] {
  const acl = (fields: Fields, caller: Principal) => {
    const [scope, principal] = [fields.requiredString("scope"), fields.requiredString("principal")];
    const acls = scopes.acls(scope, caller);
    const permission = acls.get(principal);
    if (permission) return { acls, principal, permission };
    throw doesNotExist(`Failed to get secret acl for principal ${principal} for scope ${scope}.`); // unconfirmed wording
  };
  return [
    route("POST", "/api/2.0/secrets/scopes/create", "secrets/createscope", (fields, caller) => {
      const backend = fields.string("scope_backend_type") ?? "DATABRICKS";
      if (backend !== "DATABRICKS" && backend !== "AZURE_KEYVAULT")
        throw invalidParameter(`Invalid scope_backend_type: ${backend}`);
      if (backend === "AZURE_KEYVAULT" || fields.has("backend_azure_keyvault"))
        throw notImplemented(
          "The local workspace does not back a secret scope with a Key Vault: name the scope and its secrets under databricks.secretScopes in the config.",
        );
      const manager = fields.string("initial_manage_principal");
      if (manager !== undefined && manager !== "users")
        throw invalidParameter(`The only supported initial_manage_principal is users, got ${manager}.`);
      scopes.create(fields.requiredString("scope"), caller, manager ?? caller.userName);
      return {};
    }),
    route("GET", "/api/2.0/secrets/scopes/list", "secrets/listscopes", () => ({
      scopes: scopes.names().map((name) => ({ name, backend_type: "DATABRICKS" })),
    })),
    route("POST", "/api/2.0/secrets/scopes/delete", "secrets/deletescope", (fields, caller) => {
      scopes.delete(fields.requiredString("scope"), caller);
      return {};
    }),
    route("POST", "/api/2.0/secrets/put", "secrets/putsecret", (fields, caller) => {
      const [text, bytes] = [fields.string("string_value"), fields.string("bytes_value")];
      if ((text === undefined) === (bytes === undefined)) {
        throw apiError(400, "MALFORMED_REQUEST", "Exactly one of string_value and bytes_value must be given");
      }
      const value = text === undefined ? Buffer.from(bytes as string, "base64") : Buffer.from(text);
      scopes.put(fields.requiredString("scope"), fields.requiredString("key"), value, caller);
      return {};
    }),
    route("GET", "/api/2.0/secrets/get", "secrets/getsecret", (fields, caller) => {
      const key = fields.requiredString("key");
      return { key, value: scopes.get(fields.requiredString("scope"), key, caller).toString("base64") };
    }),
    route("GET", "/api/2.0/secrets/list", "secrets/listsecrets", (fields, caller) => ({
      secrets: scopes.list(fields.requiredString("scope"), caller),
    })),
    route("POST", "/api/2.0/secrets/delete", "secrets/deletesecret", (fields, caller) => {
      scopes.remove(fields.requiredString("scope"), fields.requiredString("key"), caller);
      return {};
    }),
    // The platform refuses a principal that it does not know; here each name is good, since the groups of the real workspace are not here.
    route("POST", "/api/2.0/secrets/acls/put", "secrets/putacl", (fields, caller) => {
      const permission = fields.requiredString("permission") as Permission;
      if (!ranks.includes(permission)) throw invalidParameter(`Invalid permission: ${permission}`);
      scopes.acls(fields.requiredString("scope"), caller).set(fields.requiredString("principal"), permission);
      return {};
    }),
    route("GET", "/api/2.0/secrets/acls/get", "secrets/getacl", (fields, caller) => {
      const { principal, permission } = acl(fields, caller);
      return { principal, permission };
    }),
    route("GET", "/api/2.0/secrets/acls/list", "secrets/listacls", (fields, caller) => ({
      items: [...scopes.acls(fields.requiredString("scope"), caller)].map(([principal, permission]) => ({
        principal,
        permission,
      })),
    })),
    route("POST", "/api/2.0/secrets/acls/delete", "secrets/deleteacl", (fields, caller) => {
      const { acls, principal } = acl(fields, caller);
      acls.delete(principal);
      return {};
    }),
  ];
}
