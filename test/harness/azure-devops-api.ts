import { readFileSync } from "node:fs";
import https from "node:https";
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
  const { collectionUrl, accessToken } = workspace.emulator.azureDevOps;
  const scope = project === undefined ? collectionUrl : `${collectionUrl}/${project}`;
  const url = `${scope}/_apis/packaging/feeds/${feed}/packages?protocolType=upack&includeAllVersions=true`;
  const headers = { authorization: `Bearer ${accessToken}` };
  const text = await new Promise<string>((resolve, reject) => {
    https
      .get(url, { headers, ca: readFileSync(workspace.emulator.ready.caFile) }, async (response) => {
        let body = "";
        for await (const chunk of response) body += chunk;
        resolve(body);
      })
      .on("error", reject);
  });
  const { value } = JSON.parse(text) as { value: { name: string; versions: { version: string }[] }[] };
  return value.flatMap(({ name, versions }) => versions.map(({ version }) => `${name} ${version}`)).sort();
}
