import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import https from "node:https";
import { entraToken } from "./databricks-api.ts";
import type { TestWorkspace } from "./workspace.ts";

/**
 * Sends a request to Fabric without the code under test, as the service principal behind service connection `azure`. Returns the result of a
 * long-running operation, which is over at once in a workspace without `operationSeconds`.
 * @param path without `/v1`
 */
export async function askFabric<T>(
  workspace: TestWorkspace,
  method: string,
  path: string,
  body?: unknown,
): Promise<T> {
  const token = await entraToken(workspace, "https://api.fabric.microsoft.com");
  const reply = await send(workspace, { method, path, token, body });
  if (reply.status >= 400)
    throw new Error(`Could not ${method} ${path}: ${reply.status} ${JSON.stringify(reply.json)}`);
  if (reply.status !== 202 || reply.operationId === undefined) return reply.json as T;
  const operation = `/operations/${reply.operationId}`;
  const state = await send(workspace, { method: "GET", path: operation, token });
  assert.equal((state.json as { status: string }).status, "Succeeded", JSON.stringify(state.json));
  return (await send(workspace, { method: "GET", path: `${operation}/result`, token })).json as T;
}

interface Reply {
  status: number;
  operationId?: string;
  json: unknown;
}

function send(
  { emulator: { ready } }: TestWorkspace,
  { method, path, token, body }: { method: string; path: string; token: string; body?: unknown },
): Promise<Reply> {
  const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
  const options = { method, headers, ca: readFileSync(ready.caFile) };
  return new Promise((resolve, reject) => {
    https
      .request(`${ready.fabricUrl}/v1${path}`, options)
      .on("response", async (response) => {
        let text = "";
        for await (const chunk of response) text += chunk;
        resolve({
          status: response.statusCode ?? 0,
          operationId: response.headers["x-ms-operation-id"] as string | undefined,
          json: text === "" ? undefined : JSON.parse(text),
        });
      })
      .on("error", reject)
      .end(body === undefined ? undefined : JSON.stringify(body));
  });
}
