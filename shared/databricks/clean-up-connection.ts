import { connectIdentity } from "../azure/identity.ts";
import type { TaskHost } from "../task/host.ts";
import { connectDatabricks, type DatabricksClient, databricksAt, workspaceUrl } from "./connection.ts";
import { databricksResource } from "./entra-resource.ts";
import { tokenExpiry } from "./token-lifetime.ts";

/**
 * A client for a post-job step. If the bearer token has expired, it signs in with the service connection in the input `azureSubscription`, so that
 * a job that took longer than its token was valid leaves nothing behind.
 */
export async function connectForCleanUp(host: TaskHost): Promise<DatabricksClient> {
  const expiresOn = tokenExpiry(host);
  const isExpired = expiresOn !== undefined && expiresOn.getTime() <= Date.now();
  if (!isExpired || host.input("azureSubscription") === undefined) return connectDatabricks(host);
  host.log.line(
    `The bearer token expired on ${expiresOn.toISOString()}; signing in with the Azure service connection.`,
  );
  const identity = await connectIdentity(host, "azureSubscription");
  return databricksAt(host, {
    url: workspaceUrl(host.requiredInput("workspaceUrl")),
    authorization: async () => `Bearer ${(await identity.token(databricksResource)).token}`,
  });
}
