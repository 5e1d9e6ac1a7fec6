import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { request } from "node:https";
import type { WorkspaceConfig } from "../../local/emulator/config.ts";
import type { Fault } from "../../local/emulator/faults.ts";
import { type Emulator, startEmulator } from "../../local/emulator/index.ts";
import { ask } from "./ask.ts";

describe("a local workspace with faults, limits and latency", () => {
  let emulator: Emulator | undefined;

  afterEach(() => emulator?.stop());

  const start = async (config: WorkspaceConfig = {}) => {
    emulator = await startEmulator({ config: { spark: { master: "none" }, ...config } });
    return emulator;
  };
  const declare = (fault: Fault) =>
    fetch(`${emulator!.ready.controlUrl}/faults`, { method: "POST", body: JSON.stringify(fault) });
  const databricks = (method: string, path: string, body?: object) =>
    ask(emulator!, method, `${emulator!.ready.databricksUrl}${path}`, {
      token: emulator!.ready.databricksToken,
      body: body && JSON.stringify(body),
    });

  describe("over its rate limit", () => {
    const many = Array.from({ length: 10 });
    it("answers a request over its rate limit with 429 and Retry-After in the form of Databricks", async () => {
      await start({ databricks: { requestsPerSecond: 1 } });
      const answers = await Promise.all(many.map(() => databricks("GET", "/api/2.0/token/list")));
      const refused = answers.find(({ status }) => status === 429);
      assert.ok(refused, "ten requests at once are over one in a second");
      assert.equal(refused.headers["retry-after"], "1");
      assert.equal(JSON.parse(refused.text).error_code, "REQUEST_LIMIT_EXCEEDED");
    });

    it("answers a request over its rate limit with 429 and Retry-After in the form of Key Vault", async () => {
      const { ready } = await start({ keyVault: { requestsPerSecond: 1 } });
      const list = () => ask(emulator!, "GET", `${ready.keyVaultUrl}/secrets?api-version=7.4`);
      const answers = await Promise.all(many.map(list));
      const refused = answers.find(({ status }) => status === 429);
      assert.ok(refused, "ten requests at once are over one in a second");
      assert.equal(refused.headers["retry-after"], "1");
      assert.equal(JSON.parse(refused.text).error.code, "Throttled");
    });
  });

  it("a local workspace answers only after its latency", async () => {
    await start({ latencyMs: 120 });
    await databricks("GET", "/api/2.0/token/list");
    assert.ok(emulator!.requests()[0]!.durationMs >= 119); // timers may fire 1 ms early
  });

  it("a local workspace answers a stalled request late, and the request takes effect", async () => {
    await start();
    await declare({ match: { path: "token/create" }, when: "before", then: { stallMs: 120 } });
    assert.equal((await databricks("POST", "/api/2.0/token/create", {})).status, 200);
    assert.ok(emulator!.requests()[0]!.durationMs >= 119);
    assert.equal(emulator!.ledger().tokens.length, 1);
  });

  it("a local workspace carries a request out before a stall after the effect, although its client goes away", async () => {
    await start();
    await declare({ match: { path: "token/create" }, when: "after", then: { stallMs: 600_000 } });
    const client = rawPost("/api/2.0/token/create");
    await until(() => emulator!.ledger().tokens.length === 1);
    client.destroy();
    await until(() => emulator!.requests().length === 1);
    assert.equal(emulator!.requests()[0]!.status, null);
  });

  it("a local workspace carries a request out although its client goes away in a stall before the effect", async () => {
    await start();
    const signal = { pid: process.pid, name: "SIGUSR2" as const };
    const received = once(process, "SIGUSR2");
    await declare({ match: { path: "token/create" }, when: "before", then: { signal, stallMs: 600_000 } });
    const client = rawPost("/api/2.0/token/create");
    await received;
    client.destroy();
    await until(() => emulator!.requests().length === 1);
    assert.equal(emulator!.requests()[0]!.status, null);
    assert.equal(emulator!.ledger().tokens.length, 1);
  });

  it("a local workspace does not carry out a request that is reset before its effect, even after a stall", async () => {
    await start();
    await declare({ match: { path: "token/create" }, when: "before", then: { stallMs: 50, reset: true } });
    await assert.rejects(databricks("POST", "/api/2.0/token/create", {}));
    await until(() => emulator!.requests().length === 1);
    assert.equal(emulator!.ledger().tokens.length, 0);
  });

  for (const [what, then] of [
    ["a 503", { status: 503, body: {} }],
    ["a reset", { reset: true }],
  ] as const)
    it(`a local workspace carries a request out later than it answers with ${what}, on its clock`, async () => {
      await start();
      const late = { ...then, effectAfterMs: 600_000 };
      await declare({ match: { path: "token/create" }, when: "before", then: late });
      await databricks("POST", "/api/2.0/token/create", {}).catch(() => undefined);
      await until(() => emulator!.requests().length === 1);
      assert.equal(emulator!.ledger().tokens.length, 0);
      await fetch(`${emulator!.ready.controlUrl}/clock`, { method: "POST", body: '{"advanceSeconds": 600}' });
      assert.equal(emulator!.ledger().tokens.length, 1);
    });

  it("a local workspace authenticates the caller of a delayed request when it arrives, not when it takes effect", async () => {
    await start();
    const { token_value, token_info } = JSON.parse(
      (await databricks("POST", "/api/2.0/token/create", {})).text,
    );
    await declare({
      match: { path: "mkdirs" },
      when: "before",
      then: { status: 503, body: {}, effectAfterMs: 600_000 },
    });
    await ask(emulator!, "POST", `${emulator!.ready.databricksUrl}/api/2.0/workspace/mkdirs`, {
      token: token_value,
      body: '{"path": "/Shared/late"}',
    });
    await databricks("POST", "/api/2.0/token/delete", { token_id: token_info.token_id });
    await fetch(`${emulator!.ready.controlUrl}/clock`, { method: "POST", body: '{"advanceSeconds": 600}' });
    assert.deepEqual(
      emulator!.ledger().workspaceObjects.map(({ name }) => name),
      ["/Shared/late"],
    );
  });

  for (const fault of [
    { match: {}, when: "after", then: { status: 503, effectAfterMs: 1 } },
    { match: {}, when: "before", then: { effectAfterMs: 1 } },
  ] as const)
    it(`a local workspace refuses the fault ${JSON.stringify(fault)}, whose effect cannot be delayed`, async () => {
      await start();
      const answer = await declare(fault);
      assert.equal(answer.status, 400);
      assert.match(await answer.text(), /effectAfterMs needs when/);
    });

  it("a local workspace answers null if the body of a fault is null", async () => {
    await start();
    await declare({ match: { path: "token/list" }, when: "after", then: { body: null } });
    assert.equal((await databricks("GET", "/api/2.0/token/list")).text, "null");
  });

  for (const when of ["before", "after"] as const)
    it(`a local workspace kills the process that a fault names, ${when} the effect, and carries the request out`, async () => {
      await start();
      const victim = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"]);
      const ended = once(victim, "exit");
      const signal = { pid: victim.pid!, name: "SIGKILL" as const };
      await declare({ match: { path: "token/create" }, when, then: { signal } });
      await databricks("POST", "/api/2.0/token/create", {});
      assert.deepEqual(await ended, [null, "SIGKILL"]);
      assert.equal(emulator!.ledger().tokens.length, 1);
    });

  it("a local workspace leaves a cluster PENDING if a fault says that it never starts", async () => {
    await start({ databricks: { clusterStartSeconds: 1 } });
    await declare({ match: { operation: "cluster.start", name: "^stuck$" }, then: { never: true } });
    const create = (cluster_name: string) =>
      databricks("POST", "/api/2.1/clusters/create", {
        cluster_name,
        node_type_id: "Standard_DS3_v2",
        spark_version: "15.4.x-scala2.12",
        num_workers: 0,
      });
    await create("stuck");
    await create("other");
    await fetch(`${emulator!.ready.controlUrl}/clock`, { method: "POST", body: '{"advanceSeconds": 600}' });
    const states = emulator!.ledger().clusters.map(({ name, state }) => [name, state]);
    assert.deepEqual(Object.fromEntries(states), { stuck: "PENDING", other: "RUNNING" });
  });

  /** A request whose client can go away: `ask` waits for the answer. */
  function rawPost(path: string): { destroy(): void } {
    const outgoing = request(`${emulator!.ready.databricksUrl}${path}`, {
      method: "POST",
      headers: { authorization: `Bearer ${emulator!.ready.databricksToken}` },
      ca: readFileSync(emulator!.ready.caFile),
      agent: false,
    });
    outgoing.on("error", () => undefined);
    outgoing.end("{}");
    return outgoing;
  }
});

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setImmediate(resolve));
}
