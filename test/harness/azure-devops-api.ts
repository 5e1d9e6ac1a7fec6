import { ask } from "./databricks-api.ts";
import type { TestWorkspace } from "./workspace.ts";

/** The variables of a job that runs in the local organisation. */
export function organisation(workspace: TestWorkspace): Record<string, string> {
  return { "System.CollectionUri": `${workspace.emulator.azureDevOps.collectionUrl}/` };
}

/** The universal packages of a feed, or of the view in `feed@view`, as `name version`, sorted by name. */
export async function universalPackages(
  workspace: TestWorkspace,
  feed: string,
  project?: string,
): Promise<string[]> {
  const scope = project === undefined ? "" : `/${project}`;
  const { value } = await askAzureDevOps<{ value: { name: string; versions: { version: string }[] }[] }>(
    workspace,
    "GET",
    `${scope}/_apis/packaging/feeds/${feed}/packages?protocolType=upack&includeAllVersions=true`,
  );
  return value.flatMap(({ name, versions }) => versions.map(({ version }) => `${name} ${version}`)).sort();
}

/** Sends a request to the local organisation as its build service, without the code under test. */
export function askAzureDevOps<T>(
  workspace: TestWorkspace,
  method: string,
  path: string,
  body?: unknown,
): Promise<T> {
  const { collectionUrl, accessToken } = workspace.emulator.azureDevOps;
  return ask(workspace, `${collectionUrl}${path}`, {
    method,
    headers: { authorization: `Bearer ${accessToken}`, "content-type": "application/json" },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
}
