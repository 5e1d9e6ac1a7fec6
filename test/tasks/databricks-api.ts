import { readFileSync } from "node:fs";
import https from "node:https";
import type { TestWorkspace } from "../harness/workspace.ts";

/** Asks the workspace's API as its administrator would, past the code under test. */
export function askDatabricks<T>(
  workspace: TestWorkspace,
  method: string,
  path: string,
  body?: unknown,
): Promise<T> {
  const { databricksUrl, databricksToken, caFile } = workspace.emulator.ready;
  return new Promise((resolve, reject) => {
    https
      .request(`${databricksUrl}${path}`, {
        method,
        ca: readFileSync(caFile),
        headers: { authorization: `Bearer ${databricksToken}` },
      })
      .on("response", async (response) => {
        let text = "";
        for await (const chunk of response) text += chunk;
        resolve(JSON.parse(text));
      })
      .on("error", reject)
      .end(body === undefined ? undefined : JSON.stringify(body));
  });
}

/** A cluster that somebody else made. */
export async function existingCluster(workspace: TestWorkspace): Promise<string> {
  const answer = await askDatabricks<{ cluster_id: string }>(workspace, "POST", "/api/2.1/clusters/create", {
    cluster_name: "existing",
    node_type_id: "Standard_DS3_v2",
    spark_version: "15.4.x-scala2.12",
    num_workers: 0,
  });
  return answer.cluster_id;
}
