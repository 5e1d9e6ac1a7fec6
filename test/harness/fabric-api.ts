import { readFile } from "node:fs/promises";
import { Agent, request } from "node:https";
import type { TestWorkspace } from "./workspace.ts";

/** Sends a request to the local Fabric as the workspace's administrator. */
export async function askFabric<T>(
  { emulator: { ready } }: TestWorkspace,
  method: string,
  path: string,
  body?: unknown,
): Promise<T> {
  const agent = new Agent({ ca: await readFile(ready.caFile) });
  const send = (url: string, options: { method: string; headers: Record<string, string> }, text: string) =>
    new Promise<string>((resolve, reject) => {
      const asked = request(url, { ...options, agent }, (response) => {
        const pieces: Buffer[] = [];
        response.on("data", (piece) => pieces.push(piece));
        response.on("end", () => {
          const answer = Buffer.concat(pieces).toString();
          const { statusCode = 0 } = response;
          if (statusCode < 400) resolve(answer);
          else reject(new Error(`Could not ${options.method} ${url}: ${statusCode} ${answer}`));
        });
      });
      asked.on("error", reject);
      asked.end(text);
    });
  const form = new URLSearchParams({
    grant_type: "client_credentials",
    client_id: ready.clientId,
    client_secret: ready.clientSecret,
    scope: "https://api.fabric.microsoft.com/.default",
  });
  const signIn = { method: "POST", headers: { "content-type": "application/x-www-form-urlencoded" } };
  const signedIn = await send(`${ready.authorityUrl}/${ready.tenantId}/oauth2/v2.0/token`, signIn, `${form}`);
  const { access_token } = JSON.parse(signedIn) as { access_token: string };
  const headers = { authorization: `Bearer ${access_token}`, "content-type": "application/json" };
  const text = await send(
    `${ready.fabricUrl}${path}`,
    { method, headers },
    body === undefined ? "" : JSON.stringify(body),
  );
  return (text === "" ? undefined : JSON.parse(text)) as T;
}
