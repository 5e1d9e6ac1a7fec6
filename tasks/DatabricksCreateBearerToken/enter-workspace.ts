import type { Identity } from "../../shared/azure/identity.ts";
import type { TokensApi } from "../../shared/databricks/api/tokens.ts";
import { databricksAt } from "../../shared/databricks/connection.ts";
import { databricksResource } from "../../shared/databricks/entra-resource.ts";
import type { TaskHost } from "../../shared/task/host.ts";
import type { Inputs } from "./inputs.ts";

/**
 * The token API of the workspace, entered by the identity's Entra token. With the workspace's resource id, an identity that
 * manages the Azure resource enters without being a user of the workspace.
 * https://learn.microsoft.com/azure/databricks/dev-tools/service-prin-aad-token
 */
export async function enterWorkspace(
  host: TaskHost,
  identity: Identity,
  { workspaceUrl, workspaceResourceId }: Pick<Inputs, "workspaceUrl" | "workspaceResourceId">,
): Promise<TokensApi> {
  const headers =
    workspaceResourceId === undefined
      ? undefined
      : {
          "X-Databricks-Azure-Workspace-Resource-Id": workspaceResourceId,
          "X-Databricks-Azure-SP-Management-Token": (
            await identity.token(identity.connection.managementResource)
          ).token,
        };
  const databricks = databricksAt(host, {
    url: workspaceUrl,
    authorization: async () => `Bearer ${(await identity.token(databricksResource)).token}`,
    headers,
  });
  return databricks.tokens;
}
