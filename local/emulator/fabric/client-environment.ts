import type { Items } from "./items.ts";
import type { FabricWorkspaces } from "./workspaces.ts";

/**
 * The variables by which tests of other projects find Fabric, such as those of dbt-fabric and those that run by `pytest --remote`: the
 * first workspace of the config and its first lakehouse. Clients send tokens to this machine only because its hosts are listed.
 * Source: https://github.com/sdebruyn/dbt-fabric/blob/main/test.env.sample
 */
export function clientEnvironment(
  addresses: { fabricUrl: string; oneLakeUrl: string; authorityUrl: string },
  workspaces: FabricWorkspaces,
  items: Items,
): Record<string, string> {
  const { fabricUrl, oneLakeUrl, authorityUrl } = addresses;
  const hosts = [fabricUrl, oneLakeUrl, authorityUrl].map((url) => new URL(url).host);
  const environment = {
    FABRIC_TEST_BASE_API_URI: `${fabricUrl}/v1`,
    FABRIC_TEST_ONELAKE_URL: oneLakeUrl,
    FABRIC_TEST_ALLOWED_HOSTS: hosts.join(","),
    FABRIC_TEST_AUTH: "auto",
  };
  const [workspace] = workspaces.all();
  if (!workspace) return environment;
  const [lakehouse] = items.of(workspace, "Lakehouse");
  return {
    ...environment,
    FABRIC_TEST_WORKSPACE_NAME: workspace.displayName,
    FABRIC_TEST_WORKSPACE_ID: workspace.id,
    ...(lakehouse ? { FABRIC_TEST_LAKEHOUSE_NAME: lakehouse.displayName } : {}),
  };
}
