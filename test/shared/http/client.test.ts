import assert from "node:assert/strict";
import { HostPolicy } from "../../../shared/http/hosts.ts";
import { holdTimers } from "../../harness/timers.ts";
import { clientOf, failure, fine, get, unavailable } from "./client-of.ts";
import { connectProxy, faultyServer, json, text } from "./faulty-server.ts";

describe("requests", () => {
  it("a request sends JSON with the credential and gives the parsed answer", async () => {
    await using server = await faultyServer(json(200, { cluster_id: "1" }));
    const client = clientOf(server, { authorization: async () => "Bearer dapi-1" });
    const answer = await client.json({
      method: "POST",
      path: "/api/2.1/clusters/create?x=1",
      query: { a: "b c", none: undefined },
      body: { cluster_name: "weather" },
      attempted: "create cluster weather",
    });
    assert.deepEqual(answer, { cluster_id: "1" });
    const [request] = server.requests;
    assert.equal(request!.path, "/api/2.1/clusters/create?x=1&a=b+c");
    assert.equal(request!.headers.authorization, "Bearer dapi-1");
    assert.equal(request!.body, '{"cluster_name":"weather"}');
  });

  it("a request goes through the agent's proxy", async () => {
    await using server = await faultyServer(fine);
    await using proxy = await connectProxy();
    const client = clientOf(server, { network: { ...server.network, proxyFor: () => ({ url: proxy.url }) } });
    assert.deepEqual(await client.json({ method: "GET", path: "/", attempted: "look" }), { fine: true });
    assert.deepEqual(proxy.connected, [server.host]);
  });

  it("a request is not sent at all to a host that is not the platform's", async () => {
    await using server = await faultyServer(fine);
    const asked: string[] = [];
    const client = clientOf(server, {
      hosts: new HostPolicy("databricks", undefined),
      authorization: async () => {
        asked.push("credential");
        return "Bearer x";
      },
    });
    await failure(client.json({ method: "GET", path: "/", attempted: "look" }), "hostNotAllowed");
    assert.deepEqual([asked, server.requests], [[], []]);
  });

  it("a request asks for its credential again for each attempt, so that it can be renewed", async () => {
    await using server = await faultyServer(unavailable, fine);
    let count = 0;
    const client = clientOf(server, { authorization: async () => `Bearer ${++count}` });
    await client.json({ method: "GET", path: "/", attempted: "look" });
    assert.deepEqual(
      server.requests.map((request) => request.headers.authorization),
      ["Bearer 1", "Bearer 2"],
    );
  });

  it("a request is in the debug log with what came of each attempt, without its query and its credential", async () => {
    await using server = await faultyServer(unavailable, fine, json(403, {}));
    const lines: string[] = [];
    const client = clientOf(server, {
      authorization: async () => "Bearer of-nobody",
      log: { detail: (line) => lines.push(line.replace(/\d+ ms$/, "<n> ms")) },
    });
    const path = "/a/b?sig=signature";
    await client.json({ method: "GET", path, query: { code: "code" }, attempted: "look" });
    await failure(client.json({ method: "GET", path, attempted: "look" }), "forbidden");
    assert.deepEqual(lines, [
      `GET ${server.host}/a/b 503 unavailable in <n> ms`,
      `GET ${server.host}/a/b 200 in <n> ms`,
      `GET ${server.host}/a/b 403 forbidden in <n> ms`,
    ]);
  });

  it("a request has a minute for each sign of life and five for the whole, unless its caller says otherwise", async () => {
    await using server = await faultyServer(fine);
    using timers = holdTimers((delayMs) => delayMs > 50_000);
    await get(server);
    assert.deepEqual(
      timers.delaysMs.map((delayMs) => Math.round(delayMs / 1_000)),
      [60, 300],
    );
  });

  it("a request gives bytes as they came, and a stream as it comes", async () => {
    await using server = await faultyServer(text(200, "abc"));
    const client = clientOf(server);
    assert.equal((await client.bytes({ method: "GET", path: "/", attempted: "read" })).toString(), "abc");
    let streamed = "";
    for await (const chunk of await client.stream({ method: "GET", path: "/", attempted: "read" }))
      streamed += chunk;
    assert.equal(streamed, "abc");
  });

  it("a request returns undefined if there is no content", async () => {
    await using server = await faultyServer(text(204, ""));
    assert.equal(await get(server), undefined);
  });
});
