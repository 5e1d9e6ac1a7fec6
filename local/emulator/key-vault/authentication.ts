import type { KeyVaultPermission } from "../entra/config.ts";
import type { Application, Directory } from "../entra/directory.ts";
import type { ServiceRequest } from "../http/request.ts";
import type { LocalWorkspace } from "../local-workspace.ts";
import { decodeToken } from "../token-issuer.ts";
import { vaultError } from "./errors.ts";

const resource = "https://vault.azure.net";

/**
 * The caller, if their token is one of the local tenant for Key Vault and their access policy has `permission`. Without a token the
 * answer is the challenge that names the tenant and the resource to get one for.
 * Source: https://learn.microsoft.com/azure/key-vault/general/authentication-requests-and-responses
 */
export async function authorize(
  request: ServiceRequest,
  permission: KeyVaultPermission,
  workspace: LocalWorkspace,
  directory: Directory,
): Promise<Application> {
  const challenge = {
    "www-authenticate": `Bearer authorization="${directory.authorityUrl}/${directory.tenantId}", resource="${resource}"`,
  };
  const token = request.bearerToken;
  if (!token) {
    const message = "AKV10000: Request is missing a Bearer or PoP token.";
    throw vaultError(401, "Unauthorized", message, { headers: challenge });
  }
  const claims = await directory.issuer.verify(token);
  if (!claims) {
    const message = decodeToken(token)
      ? "AKV10032: Invalid issuer. Expected one of the issuers of the vault's tenant."
      : "AKV10001: Error validating token: the token is malformed.";
    throw vaultError(401, "Unauthorized", message, { headers: challenge });
  }
  if (claims.aud !== resource) {
    const message = `AKV10022: Invalid audience. Expected ${resource}, found: ${claims.aud}.`;
    throw vaultError(401, "Unauthorized", message, { headers: challenge });
  }
  if ((claims.exp ?? 0) * 1000 < workspace.clock.now()) {
    throw vaultError(401, "Unauthorized", "AKV10004: Token is expired.", { headers: challenge });
  }
  const application = directory.byClientId(String(claims.appid));
  if (application?.keyVaultPermissions.includes(permission)) return application;
  const message =
    `The user, group or application 'appid=${claims.appid};oid=${claims.oid};iss=${claims.iss}' does not have secrets ` +
    `${permission} permission on key vault 'local;location=local'. For help resolving this issue, please see ` +
    "https://go.microsoft.com/fwlink/?linkid=2125287";
  throw vaultError(403, "Forbidden", message, { inner: "ForbiddenByPolicy" });
}
