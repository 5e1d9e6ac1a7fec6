import type { Directory } from "../entra/directory.ts";
import type { Service } from "../service.ts";
import type { Workspace } from "../workspace.ts";
import { authorize } from "./authentication.ts";
import { vaultError } from "./errors.ts";
import { secretRoutes } from "./routes.ts";
import { Secrets } from "./secrets.ts";

/** One key vault, filled from the workspace's config. */
export function createKeyVault(workspace: Workspace, directory: Directory): Service {
  const config = workspace.config.keyVault ?? {};
  const secrets = new Secrets(workspace, config);
  const throttled =
    "Request was not processed because too many requests were received. Reason: VaultRequestTypeLimitReached";
  return {
    name: "key-vault",
    ...(config.requestsPerSecond ? { requestsPerSecond: config.requestsPerSecond } : {}),
    routes: secretRoutes(workspace.urls["key-vault"], secrets, (request, permission) =>
      authorize(request, permission, workspace, directory),
    ),
    dialect: {
      unknownRoute: ({ method, url }) =>
        vaultError(501, "NotImplemented", `No local route ${method} ${url.pathname}.`).reply,
      malformedBody: () => vaultError(400, "BadParameter", "The request body is not valid JSON.").reply,
      throttled: (_request, retryAfterSeconds) =>
        vaultError(429, "Throttled", throttled, { headers: { "retry-after": String(retryAfterSeconds) } })
          .reply,
      failed: (_request, error) => vaultError(500, "InternalServerError", error.message).reply,
    },
    ledger: () => ({
      keyVaultSecrets: secrets
        .all()
        .filter((secret) => secret.creator !== undefined)
        .map((secret) => ({
          id: secret.version,
          name: secret.name,
          tags: secret.tags,
          creator: secret.creator as string,
          ageSeconds: workspace.clock.now() / 1000 - secret.created,
        })),
    }),
  };
}
