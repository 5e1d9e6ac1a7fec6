import type { Application, Directory } from "../entra/directory.ts";
import type { ServiceRequest } from "../http/request.ts";
import type { LocalWorkspace } from "../local-workspace.ts";
import { decodeToken } from "../token-issuer.ts";
import { storageError } from "./errors.ts";

const resource = "https://storage.azure.com";

/**
 * The service principal of a token that the local tenant issued for storage. Any other request gets the challenge that names the tenant
 * and the resource to get a token for.
 * Source: https://learn.microsoft.com/rest/api/storageservices/authorize-with-azure-active-directory#bearer-challenge
 */
export async function callerOf(
  request: ServiceRequest,
  workspace: LocalWorkspace,
  directory: Directory,
): Promise<Application> {
  const refuse = (code: string, detail?: string) =>
    storageError(
      request,
      401,
      code,
      "Server failed to authenticate the request. Please refer to the information in the www-authenticate header.",
      {
        headers: {
          "www-authenticate": `Bearer authorization_uri=${directory.authorityUrl}/${directory.tenantId}/oauth2/authorize resource_id=${resource}`,
        },
        details: detail ? { AuthenticationErrorDetail: detail } : {},
      },
    );
  const token = request.bearerToken;
  if (!request.header("authorization")) throw refuse("NoAuthenticationInformation");
  if (!token) throw refuse("InvalidAuthenticationInfo", "Authentication scheme is not supported.");
  const claims = await directory.issuer.verify(token);
  if (!claims) {
    const issuer = decodeToken(token)?.claims.iss;
    if (issuer === undefined) throw refuse("InvalidAuthenticationInfo", "Token is malformed.");
    if (issuer !== directory.issuer.url)
      throw refuse("InvalidAuthenticationInfo", "Issuer validation failed. Issuer did not match.");
    throw refuse("InvalidAuthenticationInfo", "Signature validation failed. Signature verification failed.");
  }
  if (String(claims.aud).replace(/\/$/, "") !== resource)
    throw refuse("InvalidAuthenticationInfo", "Audience validation failed. Audience did not match.");
  if ((claims.exp ?? 0) * 1000 < workspace.clock.now())
    throw refuse("InvalidAuthenticationInfo", "Lifetime validation failed. The token is expired.");
  const application = directory.byClientId(String(claims.appid));
  if (!application) throw refuse("InvalidAuthenticationInfo", "The token's application is unknown.");
  return application;
}
