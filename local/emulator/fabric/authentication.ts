import type { Application, Directory } from "../entra/directory.ts";
import type { ServiceRequest } from "../http/request.ts";
import type { LocalWorkspace } from "../local-workspace.ts";
import { fabricError } from "./errors.ts";

/** Fabric takes tokens of its own scope and those of Power BI: https://learn.microsoft.com/rest/api/fabric/articles/scopes */
const audiences = ["https://api.fabric.microsoft.com", "https://analysis.windows.net/powerbi/api"];

/** The caller, if their token is one of the local tenant for Fabric. What they may do is the matter of their role. */
export async function callerOf(
  request: ServiceRequest,
  workspace: LocalWorkspace,
  directory: Directory,
): Promise<Application> {
  const token = request.bearerToken;
  if (!token) throw refused("Unauthorized", "The request has no bearer token", directory);
  const claims = await directory.issuer.verify(token);
  if (!claims || !audiences.includes(String(claims.aud)))
    throw refused("InvalidToken", "Access token is invalid", directory);
  if ((claims.exp ?? 0) * 1000 < workspace.clock.now()) {
    const message = "Access token has expired, resubmit with a new access token";
    throw refused("TokenExpired", message, directory);
  }
  const application = directory.byClientId(String(claims.appid));
  if (!application) throw refused("InvalidToken", "Access token is invalid", directory);
  return application;
}

/** The code of the error names the problem: https://learn.microsoft.com/rest/api/fabric/articles/get-started/fabric-api-troubleshooting */
function refused(errorCode: string, message: string, { authorityUrl, tenantId }: Directory) {
  const challenge = `Bearer realm="", authorization_uri="${authorityUrl}/${tenantId}/oauth2/authorize", error="invalid_token"`;
  return fabricError(401, errorCode, message, { headers: { "www-authenticate": challenge } });
}
