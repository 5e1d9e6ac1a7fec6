import assert from "node:assert/strict";
import { existsSync, statSync } from "node:fs";
import path from "node:path";
import { type Emulator, startEmulator } from "../../local/emulator/index.ts";
import { ask } from "./ask.ts";

describe("local workspaces", () => {
  let emulator: Emulator;
  let token: string;
  let log: string[];
  const url = (rest: string) => `${emulator.ready.databricksUrl}${rest}`;
  const createToken = () => ask(emulator, "POST", url("/api/2.0/token/create"), { token, body: "{}" });
  const control = (method: string, rest: string, body?: unknown) =>
    fetch(`${emulator.ready.controlUrl}${rest}`, {
      method,
      body: body === undefined ? null : JSON.stringify(body),
    });

  beforeEach(async () => {
    log = [];
    emulator = await startEmulator({ config: { spark: { master: "none" } }, log: (line) => log.push(line) });
    token = emulator.ready.databricksToken;
  });

  afterEach(() => emulator.stop());

  it("a local workspace keeps its state in a folder of this user, and removes it at the end", async () => {
    const folder = path.dirname(emulator.ready.caFile);
    assert.equal(statSync(folder).mode & 0o777, 0o700);
    await emulator.stop();
    assert.equal(existsSync(folder), false);
    emulator = await startEmulator({ config: { spark: { master: "none" } } });
  });

  it("a local workspace fails with one sentence if the temporary folder does not exist", async () => {
    const before = process.env.TMPDIR;
    process.env.TMPDIR = "/nowhere/at/all";
    try {
      await assert.rejects(
        startEmulator(),
        /^Error: Could not make the workspace's folder in \/nowhere\/at\/all: ENOENT.*; set TMPDIR to a folder of yours\.$/,
      );
    } finally {
      if (before === undefined) delete process.env.TMPDIR;
      else process.env.TMPDIR = before;
    }
  });

  it("a local workspace is refused by a client that does not trust its authority", async () => {
    await assert.rejects(fetch(url("/api/2.0/token/list")));
  });

  it("a local workspace answers an unknown route with 501, and logs it", async () => {
    const { status, text } = await ask(emulator, "GET", url("/api/2.0/sql/warehouses"), { token });
    assert.deepEqual([status, JSON.parse(text).error_code], [501, "NOT_IMPLEMENTED"]);
    assert.deepEqual(log, ["databricks: GET /api/2.0/sql/warehouses is not a route of the local workspace"]);
  });

  it("a local workspace answers a browser's path with the sign-in page", async () => {
    const { status, text } = await ask(emulator, "GET", url("/login.html"));
    assert.equal(status, 200);
    assert.match(text, /<title>Databricks - Sign In<\/title>/);
  });

  it("a local workspace refuses a body that is not JSON, and a request without a credential", async () => {
    const malformed = await ask(emulator, "POST", url("/api/2.0/token/create"), { token, body: "{" });
    assert.deepEqual([malformed.status, JSON.parse(malformed.text).error_code], [400, "MALFORMED_REQUEST"]);
    assert.equal((await ask(emulator, "GET", url("/api/2.0/token/list"))).status, 401);
  });

  it("a local workspace answers 404 at the control URL to a request without its token", async () => {
    const { origin } = new URL(emulator.ready.controlUrl);
    assert.equal((await fetch(`${origin}/guess/ledger`)).status, 404);
  });

  it("a local workspace carries out a request whose answer a fault replaces after the effect", async () => {
    const match = { service: "databricks", path: "token/create" };
    await control("POST", "/faults", { match, when: "after", then: { status: 503 } });
    assert.equal((await createToken()).status, 503);
    assert.equal(emulator.ledger().tokens.length, 1);
  });

  it("a local workspace does not carry out a request that a fault answers before the effect", async () => {
    const match = { path: "token/create", nth: 2 };
    await control("POST", "/faults", { match, when: "before", then: { status: 503 } });
    assert.deepEqual([(await createToken()).status, (await createToken()).status], [200, 503]);
    assert.equal(emulator.ledger().tokens.length, 1);
  });

  it("a local workspace cuts the connection before or after the effect, or in the middle of the answer", async () => {
    const match = { path: "token/create" };
    await control("POST", "/faults", [
      { match, when: "before", then: { reset: true } },
      { match, when: "after", then: { reset: true } },
      { match, when: "after", then: { truncate: 10 } },
    ]);
    for (const tokens of [0, 1, 2]) {
      await assert.rejects(createToken());
      assert.equal(emulator.ledger().tokens.length, tokens);
    }
  });

  it("a local workspace lists how often each declared fault was met, until the faults are removed", async () => {
    const match = { path: "token/create", nth: 2 };
    const other = { path: "token/list" };
    await control("POST", "/faults", [
      { match, times: 2, when: "after", then: { status: 503 } },
      { match: other, when: "after", then: { status: 503 } },
    ]);
    const list = async () => (await control("GET", "/faults")).json();
    await createToken();
    assert.deepEqual(await list(), [
      { match, met: 0 },
      { match: other, met: 0 },
    ]);
    for (const status of [503, 503, 200]) assert.equal((await createToken()).status, status);
    assert.deepEqual(await list(), [
      { match, met: 2 },
      { match: other, met: 0 },
    ]);
    await control("DELETE", "/faults");
    assert.deepEqual(await list(), []);
  });

  it("a local workspace refuses a fault without then", async () => {
    assert.equal((await control("POST", "/faults", { match: {} })).status, 400);
  });

  it("a local workspace moves its clock forward only", async () => {
    const before = Date.parse(((await (await control("GET", "/clock")).json()) as { now: string }).now);
    await control("POST", "/clock", { advanceSeconds: 3600 });
    const after = Date.parse(((await (await control("GET", "/clock")).json()) as { now: string }).now);
    assert.ok(after - before >= 3_600_000);
    assert.equal((await control("POST", "/clock", { advanceSeconds: -1 })).status, 400);
  });

  it("a local workspace answers with the time of its own clock", async () => {
    const dateOf = async () => Date.parse(String((await createToken()).headers.date));
    const before = await dateOf();
    await control("POST", "/clock", { advanceSeconds: 3600 });
    assert.ok((await dateOf()) - before >= 3_600_000);
  });
});
