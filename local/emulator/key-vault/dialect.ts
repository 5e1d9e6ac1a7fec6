import type { Dialect } from "../service.ts";
import { vaultError } from "./errors.ts";

const throttled =
  "Request was not processed because too many requests were received. Reason: VaultRequestTypeLimitReached";

/** Key Vault's answers outside its routes. */
export const keyVaultDialect: Dialect = {
  unknownRoute: ({ method, url }) =>
    vaultError(501, "NotImplemented", `No local route ${method} ${url.pathname}.`).reply,
  malformedBody: () => vaultError(400, "BadParameter", "The request body is not valid JSON.").reply,
  throttled: (_request, retryAfterSeconds) =>
    vaultError(429, "Throttled", throttled, { headers: { "retry-after": String(retryAfterSeconds) } }).reply,
  failed: (_request, error) => vaultError(500, "InternalServerError", error.message).reply,
};
