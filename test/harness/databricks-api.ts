import { readFileSync } from "node:fs";
import https from "node:https";
import type { Endpoint } from "../../local/agent/endpoint.ts";
import type { TestWorkspace } from "./workspace.ts";

const databricksResource = "2ff814a6-3304-4ab8-85cb-cd0e6f879c1d";

/** Sends a request to the workspace's API without the code under test, as its administrator or with the given token. */
export function askDatabricks<T>(
  workspace: TestWorkspace,
  method: string,
  path: string,
  body?: unknown,
  token = workspace.emulator.ready.databricksToken,
): Promise<T> {
  const { databricksUrl } = workspace.emulator.ready;
  return ask(workspace, `${databricksUrl}${path}`, {
    method,
    headers: { authorization: `Bearer ${token}` },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
}

/** Creates a cluster that no step has created. */
export async function existingCluster(workspace: TestWorkspace): Promise<string> {
  const answer = await askDatabricks<{ cluster_id: string }>(workspace, "POST", "/api/2.1/clusters/create", {
    cluster_name: "existing",
    node_type_id: "Standard_DS3_v2",
    spark_version: "15.4.x-scala2.12",
    num_workers: 0,
  });
  return answer.cluster_id;
}

/** A connection of our own service connection type; its id is what the input databricksConnection gives. */
export function databricksEndpoint(
  { emulator }: TestWorkspace,
  authorization: Endpoint["authorization"],
): Endpoint {
  return {
    id: "6b4b5f0e-6d0c-4c53-9c5e-0d5a2f5a7d11",
    name: "databricks",
    type: "notebook-ops-databricks",
    url: `${emulator.ready.databricksUrl}/`,
    authorization,
    data: {},
  };
}

/** A Microsoft Entra token of the service principal behind service connection `azure`, for Databricks unless another resource is given. */
export async function entraToken(workspace: TestWorkspace, resource = databricksResource): Promise<string> {
  const { authorityUrl, tenantId } = workspace.emulator.ready;
  const { clientId, clientSecret } = workspace.emulator.entra.servicePrincipal("azure")!;
  const url = `${authorityUrl}/${tenantId}/oauth2/v2.0/token`;
  const form = new URLSearchParams({
    grant_type: "client_credentials",
    client_id: clientId,
    client_secret: clientSecret,
    scope: `${resource}/.default`,
  });
  const { access_token } = await ask<{ access_token: string }>(workspace, url, {
    method: "POST",
    headers: { "content-type": "application/x-www-form-urlencoded" },
    body: String(form),
  });
  return access_token;
}

/** Creates an OAuth secret of the workspace for the same service principal. */
export async function oauthSecret(workspace: TestWorkspace): Promise<{ clientId: string; secret: string }> {
  const scim = "/api/2.0/preview/scim/v2/Me";
  const me = await askDatabricks<{ id: string }>(
    workspace,
    "GET",
    scim,
    undefined,
    await entraToken(workspace),
  );
  const secrets = `/api/2.0/accounts/servicePrincipals/${me.id}/credentials/secrets`;
  const { secret } = await askDatabricks<{ secret: string }>(workspace, "POST", secrets, {});
  return { clientId: workspace.emulator.entra.servicePrincipal("azure")!.clientId, secret };
}

export function ask<T>(
  workspace: TestWorkspace,
  url: string,
  request: { method: string; headers: Record<string, string>; body?: string },
): Promise<T> {
  const { method, headers, body } = request;
  return new Promise((resolve, reject) => {
    https
      .request(url, { method, headers, ca: readFileSync(workspace.emulator.ready.caFile) })
      .on("response", async (response) => {
        let text = "";
        for await (const chunk of response) text += chunk;
        resolve(text === "" ? undefined : JSON.parse(text));
      })
      .on("error", reject)
      .end(body);
  });
}
