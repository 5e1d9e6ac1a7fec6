import { HttpClient } from "../http/client.ts";
import { RequestError } from "../http/errors.ts";

/** Asks a Databricks workspace; its errors say what to do about them in Databricks' own terms. */
export class DatabricksHttpClient extends HttpClient {
  override async send(options: Parameters<HttpClient["send"]>[0]): ReturnType<HttpClient["send"]> {
    try {
      return await super.send(options);
    } catch (error) {
      throw error instanceof RequestError ? explain(error) : error;
    }
  }
}

const freshToken =
  "check that the token was made for this workspace and has not expired or been revoked (DatabricksCreateBearerToken makes a fresh one)";

/**
 * Databricks answers 403 to a wrong token, to an identity that the workspace does not know, and to a missing permission alike: only the
 * message tells them apart (seen in databricks-sdk issues; the forms are not documented).
 */
function explain(error: RequestError): RequestError {
  const said = error.serverMessage ?? "";
  if (error.kind === "unauthorized" || (error.kind === "forbidden" && /token|credential/i.test(said)))
    return error.advising(freshToken);
  if (error.kind === "forbidden" && /not authorized|not a member|unknown user|no(t)? .*workspace/i.test(said))
    return error.advising(
      "add the service principal to the workspace (Settings > Identity and access > Service principals) with the entitlement Workspace access",
    );
  if (error.kind === "unreachable")
    return error.advising(
      "check workspaceUrl (DATABRICKS_HOST), and that the agent's network, proxy and firewall let it through",
    );
  return error;
}
