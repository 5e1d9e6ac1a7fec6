import type { Items } from "./items.ts";
import type { FabricWorkspaces } from "./workspaces.ts";

/**
 * The variables by which tests of other projects find Fabric, such as those of dbt-fabric: the first workspace of the config and its
 * first lakehouse. Source: https://github.com/sdebruyn/dbt-fabric/blob/main/test.env.sample
 */
export function clientEnvironment(
  origin: string,
  workspaces: FabricWorkspaces,
  items: Items,
): Record<string, string> {
  const [workspace] = workspaces.all();
  if (!workspace) return { FABRIC_TEST_BASE_API_URI: `${origin}/v1` };
  const [lakehouse] = items.of(workspace, "Lakehouse");
  return {
    FABRIC_TEST_BASE_API_URI: `${origin}/v1`,
    FABRIC_TEST_WORKSPACE_NAME: workspace.displayName,
    FABRIC_TEST_WORKSPACE_ID: workspace.id,
    ...(lakehouse ? { FABRIC_TEST_LAKEHOUSE_NAME: lakehouse.displayName } : {}),
  };
}
