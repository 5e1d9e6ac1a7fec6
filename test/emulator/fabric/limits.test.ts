import assert from "node:assert/strict";
import type { WorkspaceConfig } from "../../../local/emulator/config.ts";
import { type Emulator, startEmulator } from "../../../local/emulator/index.ts";
import { ask } from "../ask.ts";

const token = "a secret of the pipeline";

describe("the local Microsoft Fabric", () => {
  let emulator: Emulator;

  async function start(fabric: NonNullable<WorkspaceConfig["fabric"]>): Promise<void> {
    emulator = await startEmulator({ config: { spark: { master: "none" }, fabric }, log: () => undefined });
  }
  afterEach(() => emulator.stop());

  it("limits the requests of each identity in a minute of the workspace's clock", async () => {
    await start({ requestsPerMinute: 2 });
    const bearer = await signIn(emulator);
    const list = () => ask(emulator, "GET", `${emulator.ready.fabricUrl}/v1/workspaces`, { token: bearer });
    assert.equal((await list()).status, 200);
    await advance(emulator, 20);
    assert.equal((await list()).status, 200);
    const refused = await list();
    assert.equal(refused.status, 429);
    assert.equal(refused.headers["x-ms-public-api-error-code"], "RequestBlocked");
    assert.ok(Number(refused.headers["retry-after"]) <= 40, "the window begins with the first request");
    assert.match(JSON.parse(refused.text).message, /until: \d+\/\d+\/\d{4} \d+:\d\d:\d\d [AP]M \(UTC\)$/);
    await advance(emulator, 41);
    assert.equal((await list()).status, 200);
  });

  it("takes the time of the config for operations and the start of jobs, and keeps contents out of the list of requests", async () => {
    await start({ operationSeconds: 30, jobStartSeconds: 60 });
    const bearer = await signIn(emulator);
    const send = async (method: string, path: string, body?: object) => {
      const url = path.startsWith("https:") ? path : `${emulator.ready.fabricUrl}/v1/${path}`;
      const json = body && {
        headers: { "content-type": "application/json" },
        body: JSON.stringify(body),
      };
      const { status, headers, text } = await ask(emulator, method, url, { token: bearer, ...json });
      return { status, headers, body: text ? JSON.parse(text) : undefined };
    };
    const [workspace] = (await send("GET", "workspaces")).body.value;
    const source = `# Fabric notebook source\n\n# CELL ${"*".repeat(20)}\n\nprint("${token}")\n`;
    const part = {
      path: "notebook-content.py",
      payload: Buffer.from(source).toString("base64"),
      payloadType: "InlineBase64",
    };
    const accepted = await send("POST", `workspaces/${workspace.id}/notebooks`, {
      displayName: "report",
      definition: { parts: [part] },
    });
    assert.equal(accepted.status, 202);
    const operation = String(accepted.headers.location);
    const running = await send("GET", operation);
    assert.equal(running.body.status, "Running");
    assert.equal(running.headers["retry-after"], "1");
    assert.deepEqual(emulator.ledger().fabricItems, []);
    await advance(emulator, 31);
    const succeeded = await send("GET", operation);
    assert.equal(succeeded.body.status, "Succeeded");
    assert.equal(succeeded.headers.location, `${operation}/result`);
    const { id } = (await send("GET", `${operation}/result`)).body;
    assert.deepEqual(
      emulator.ledger().fabricItems.map(({ name }) => name),
      ["report.Notebook"],
    );

    const item = `workspaces/${workspace.id}/items/${id}`;
    const parameters = { key: { value: token, type: "string" } };
    const started = await send("POST", `${item}/jobs/instances?jobType=RunNotebook`, {
      executionData: { parameters, configuration: { conf: { "spark.key": token } } },
    });
    const instance = String(started.headers.location);
    assert.equal((await send("GET", instance)).body.status, "NotStarted");
    assert.equal((await send("POST", `${instance}/cancel`)).status, 202);
    await advance(emulator, 61);
    assert.equal((await send("GET", instance)).body.status, "Cancelled");

    const log = JSON.stringify(emulator.requests());
    assert.ok(!log.includes(token) && !log.includes(part.payload));
  });
});

async function signIn(emulator: Emulator): Promise<string> {
  const { authorityUrl, tenantId, clientId, clientSecret } = emulator.ready;
  const form = new URLSearchParams({
    grant_type: "client_credentials",
    client_id: clientId,
    client_secret: clientSecret,
    scope: "https://api.fabric.microsoft.com/.default",
  });
  const answer = await ask(emulator, "POST", `${authorityUrl}/${tenantId}/oauth2/v2.0/token`, {
    body: form.toString(),
  });
  return JSON.parse(answer.text).access_token;
}

async function advance(emulator: Emulator, advanceSeconds: number): Promise<void> {
  await fetch(`${emulator.ready.controlUrl}/clock`, {
    method: "POST",
    body: JSON.stringify({ advanceSeconds }),
  });
}
