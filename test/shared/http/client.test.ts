import assert from "node:assert/strict";
import { HttpClient, type HttpClientOptions, type RequestOptions } from "../../../shared/http/client.ts";
import { RequestError, type RequestErrorKind } from "../../../shared/http/errors.ts";
import { HostPolicy } from "../../../shared/http/hosts.ts";
import { holdTimers } from "../../harness/timers.ts";
import {
  brokenOff,
  connectProxy,
  type FaultyServer,
  faultyServer,
  json,
  reset,
  silence,
  stalledBody,
  text,
  tricklingBody,
} from "./faulty-server.ts";

const throttled = json(
  429,
  { error_code: "REQUEST_LIMIT_EXCEEDED", message: "slow down" },
  { "retry-after-ms": "1" },
);
const unavailable = json(503, { error_code: "TEMPORARILY_UNAVAILABLE" }, { "retry-after": "0" });
const fine = json(200, { fine: true });

describe("a request", () => {
  it("sends JSON with the credential and gives the parsed answer", async () => {
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

  describe("that may be repeated", () => {
    for (const [name, fault] of [
      ["429", throttled],
      ["503", unavailable],
      ["504", text(504, "gateway", { "retry-after": "0" })],
      ["500", text(500, "oops", { "retry-after": "0" })],
      ["408 as a time-out", text(408, "", { "retry-after": "0" })],
      [
        "a retriable code with another status",
        json(400, { error_code: "RESOURCE_EXHAUSTED" }, { "retry-after": "0" }),
      ],
      ["a reset connection", reset],
      ["a body that breaks off", brokenOff],
      ["JSON that is cut off", text(200, '{"a": [1, 2')],
    ] as const)
      it(`is repeated after ${name}`, async () => {
        await using server = await faultyServer(fault, fine);
        assert.deepEqual(await get(server), { fine: true });
        assert.equal(server.requests.length, 2);
      });

    it("is repeated after a silence", async () => {
      await using server = await faultyServer(silence, fine);
      assert.deepEqual(await get(server, { stallMs: 1_500 }), { fine: true });
    });

    it("is repeated after a body that stalls", async () => {
      await using server = await faultyServer(stalledBody, fine);
      assert.deepEqual(await get(server, { stallMs: 1_500 }), { fine: true });
    });

    for (const status of [400, 401, 403, 404, 409, 501, 505])
      it(`is not repeated after ${status}`, async () => {
        await using server = await faultyServer(json(status, { message: "no" }), fine);
        await assert.rejects(get(server), RequestError);
        assert.equal(server.requests.length, 1);
      });

    it("is given up when its time is over", async () => {
      await using server = await faultyServer(json(503, {}, { "retry-after": "3600" }));
      await failure(get(server, { timeoutMs: 1_000 }), "unavailable");
      assert.equal(server.requests.length, 1);
    });

    it("is given up when its time is over in a body that never stalls and never ends", async () => {
      await using server = await faultyServer(tricklingBody);
      const error = await failure(get(server, { timeoutMs: 1_000 }), "timeout");
      assert.match(error.message, /did not come to the end of its answer in the time there was for it;/);
      assert.equal(server.requests.length, 1);
    });

    it("spends on a second attempt only the time that the first has left, and then says what the first met", async () => {
      await using server = await faultyServer(unavailable, tricklingBody);
      await failure(get(server, { timeoutMs: 1_000 }), "unavailable");
      assert.equal(server.requests.length, 2);
    });

    it("is given up as a stream in the middle of it", async () => {
      await using server = await faultyServer(tricklingBody);
      const stream = await clientOf(server).stream({
        method: "GET",
        path: "/",
        attempted: "read a stream",
        timeoutMs: 1_000,
      });
      await assert.rejects(async () => {
        for await (const _ of stream);
      });
    });
  });

  describe("that must not be sent twice", () => {
    const post = (server: FaultyServer, more: Partial<RequestOptions> = {}) =>
      clientOf(server).json({ method: "POST", path: "/", attempted: "create a thing", body: {}, ...more });

    for (const [name, fault, kind] of [
      ["503", unavailable, "unavailable"],
      ["a reset connection", reset, "interrupted"],
      ["a body that breaks off", brokenOff, "interrupted"],
      ["a silence", silence, "timeout"],
    ] as const)
      it(`is sent once, and its fate is called open, after ${name}`, async () => {
        await using server = await faultyServer(fault, fine);
        const error = await failure(post(server, fault === silence ? { stallMs: 1_500 } : {}), kind);
        assert.equal(error.ambiguous, true);
        assert.equal(server.requests.length, 1);
      });

    it("is sent again after 429, which says that nothing happened", async () => {
      await using server = await faultyServer(throttled, fine);
      assert.deepEqual(await post(server), { fine: true });
    });

    it("leaves its fate open where its time ends in an attempt after 429", async () => {
      await using server = await faultyServer(throttled, tricklingBody);
      const error = await failure(post(server, { timeoutMs: 1_000 }), "timeout");
      assert.equal(error.ambiguous, true);
    });

    it("has a connection of its own: one kept alive could just be closing", async () => {
      await using server = await faultyServer(fine);
      const client = clientOf(server);
      await client.json({ method: "GET", path: "/", attempted: "look" });
      await client.json({ method: "POST", path: "/", attempted: "create a thing" });
      await client.json({ method: "GET", path: "/", attempted: "look" });
      const [first, second, third] = server.requests.map((request) => request.socket);
      assert.notEqual(first, second);
      assert.equal(first, third);
    });
  });

  describe("that fails says in one sentence what was tried, on what, what came back and what to do", () => {
    for (const [answer, kind, sentence] of [
      [
        json(403, { error_code: "PERMISSION_DENIED", message: "You may\nnot." }),
        "forbidden",
        "answered 403 PERMISSION_DENIED: You may not; give the identity that runs this pipeline the permission.",
      ],
      [
        json(400, { error_code: "INVALID_PARAMETER_VALUE", message: "Cluster 1 does not exist" }),
        "notFound",
        "answered 400 INVALID_PARAMETER_VALUE: Cluster 1 does not exist; check the name, and that it has not been deleted.",
      ],
      [
        json(400, { error_code: "RESOURCE_ALREADY_EXISTS" }),
        "conflict",
        "answered 400 RESOURCE_ALREADY_EXISTS; choose",
      ],
      [
        json(404, { error: { code: "SecretNotFound", message: "gone" } }),
        "notFound",
        "answered 404 SecretNotFound: gone;",
      ],
      [
        json(401, { error: "invalid_client", error_description: "wrong" }),
        "unauthorized",
        "answered 401: wrong;",
      ],
      [
        json(400, { schemas: [], detail: "bad filter", status: "400" }),
        "invalid",
        "answered 400: bad filter;",
      ],
      [
        text(200, "<!DOCTYPE html><html>Sign in</html>"),
        "signInPage",
        "answered with an HTML page, most likely its",
      ],
      [text(200, "  <html>"), "signInPage", "answered with an HTML page"],
      [
        text(303, "", { location: "/login.html?next_url=x" }),
        "signInPage",
        "sent this request to its sign-in page;",
      ],
      [text(403, "<html>blocked</html>"), "forbidden", "answered 403: an HTML page;"],
      [text(200, "OK"), "badAnswer", "answered with something that is not JSON;"],
      [text(200, ""), "badAnswer", "answered 200 with nothing in it;"],
      [text(413, "too big"), "tooLarge", "answered 413: too big; make it smaller."],
    ] as const)
      it(`${kind}: ${sentence}`, async () => {
        await using server = await faultyServer(answer);
        const error = await failure(get(server), kind);
        assert(error.message.startsWith(`Could not look at it: ${server.host} ${sentence}`), error.message);
        assert.equal(error.message.split("\n").length, 1);
      });

    it("without a credential that the server's message repeats", async () => {
      const token = "dapi0123456789abcdef0123456789abcdef";
      await using server = await faultyServer(
        json(403, { message: `token ${token} of Bearer abc.def is wrong` }),
      );
      const error = await failure(get(server), "forbidden");
      assert(!error.message.includes(token) && !error.message.includes("abc.def"), error.message);
    });

    it("when nobody listens", async () => {
      const client = new HttpClient({
        baseUrl: "https://localhost:1",
        hosts: new HostPolicy("databricks", "localhost"),
      });
      const error = await failure(
        client.json({ method: "GET", path: "/", attempted: "look at it", timeoutMs: 300 }),
        "unreachable",
      );
      assert.match(
        error.message,
        /^Could not look at it: localhost:1 cannot be reached \(ECONNREFUSED\); check the address/,
      );
    });

    it("when the certificate is not trusted", async () => {
      await using server = await faultyServer(fine);
      const error = await failure(
        clientOf(server, { network: { proxyFor: () => undefined } }).json({
          method: "GET",
          path: "/",
          attempted: "look",
        }),
        "certificate",
      );
      assert.match(error.message, /a certificate that is not trusted here .*NODE_EXTRA_CA_CERTS/);
      assert.equal(server.requests.length, 0);
    });

    it("when it is cancelled", async () => {
      await using server = await faultyServer(silence);
      const canceled = new AbortController();
      const asking = failure(get(server, { signal: canceled.signal }), "canceled");
      setImmediate(() => canceled.abort());
      await asking;
    });
  });

  describe("that is redirected", () => {
    it("follows to the same host", async () => {
      await using server = await faultyServer(text(302, "", { location: "/there" }), fine);
      assert.deepEqual(await get(server), { fine: true });
      assert.equal(server.requests[1]!.path, "/there");
    });

    it("takes its credential to no other host", async () => {
      await using other = await faultyServer(fine);
      await using server = await faultyServer(text(302, "", { location: `${other.url}/there` }));
      const error = await failure(get(server), "redirected");
      assert(error.message.includes(`answered 302 and points to ${other.host}, where no credential is sent`));
      assert.equal(other.requests.length, 0);
    });

    it("is not followed where it would send a body again", async () => {
      await using server = await faultyServer(text(307, "", { location: "/there" }), fine);
      await failure(
        clientOf(server).json({
          method: "POST",
          path: "/",
          attempted: "create a thing",
          body: {},
          repeatable: true,
        }),
        "redirected",
      );
      assert.equal(server.requests.length, 1);
    });

    for (const status of [301, 302, 307, 308])
      it(`follows ${status}, to an address that is relative to the one asked`, async () => {
        await using server = await faultyServer(text(status, "", { location: "there?x=1" }), fine);
        assert.deepEqual(await get(server, { path: "/a/here" }), { fine: true });
        assert.equal(server.requests[1]!.path, "/a/there?x=1");
      });

    it("follows five times", async () => {
      const on = (count: number) => text(302, "", { location: `/${count}` });
      await using server = await faultyServer(on(1), on(2), on(3), on(4), on(5), fine);
      assert.deepEqual(await get(server), { fine: true });
    });

    for (const location of ["/login/", "/login.html?next_url=%2F", "/aad/auth/LogIn"])
      it(`stops at ${location} on the same host, which is the sign-in page and no way on`, async () => {
        await using server = await faultyServer(text(302, "", { location }), fine);
        const error = await failure(get(server), "signInPage");
        assert.match(error.message, /check that the address is the workspace's own and that the token is/);
        assert.deepEqual(
          server.requests.map((request) => request.path),
          ["/"],
        );
      });

    it("goes with its credential to no other port of the host", async () => {
      await using other = await faultyServer(fine);
      await using server = await faultyServer(text(308, "", { location: `${other.url}/there` }));
      await failure(get(server), "redirected");
      assert.equal(other.requests.length, 0);
    });

    it("goes with its credential to no unencrypted address of the host", async () => {
      await using server = await faultyServer(text(301, "", { location: "http://localhost/" }), fine);
      await failure(get(server), "redirected");
    });

    for (const method of ["POST", "PUT", "PATCH", "DELETE", "OPTIONS"] as const)
      for (const status of [301, 302, 303, 307, 308])
        it(`is not followed as ${method} after ${status}`, async () => {
          await using server = await faultyServer(text(status, "", { location: "/there" }), fine);
          await failure(clientOf(server).json({ method, path: "/", attempted: "change it" }), "redirected");
          assert.deepEqual(
            server.requests.map((request) => `${request.method} ${request.path}`),
            [`${method} /`],
          );
        });

    it("ends where redirects go round", async () => {
      await using server = await faultyServer(text(302, "", { location: "/again" }));
      await failure(get(server), "redirected");
      assert.equal(server.requests.length, 6);
    });
  });

  it("goes through the agent's proxy", async () => {
    await using server = await faultyServer(fine);
    await using proxy = await connectProxy();
    const client = clientOf(server, { network: { ...server.network, proxyFor: () => ({ url: proxy.url }) } });
    assert.deepEqual(await client.json({ method: "GET", path: "/", attempted: "look" }), { fine: true });
    assert.deepEqual(proxy.connected, [server.host]);
  });

  it("is not sent at all to a host that is not the platform's", async () => {
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

  for (const [method, isRepeated] of [
    ["GET", true],
    ["HEAD", true],
    ["OPTIONS", true],
    ["PUT", true],
    ["DELETE", true],
    ["POST", false],
    ["PATCH", false],
  ] as const)
    it(`is ${isRepeated ? "" : "not "}repeated as ${method} unless its caller says otherwise`, async () => {
      await using server = await faultyServer(unavailable, text(204, ""));
      const ask = (repeatable?: boolean) =>
        clientOf(server).json({ method, path: "/", attempted: "do it", repeatable });
      await ask().catch(() => undefined);
      assert.equal(server.requests.length, isRepeated ? 2 : 1);
      await using other = await faultyServer(unavailable, text(204, ""));
      await clientOf(other)
        .json({ method, path: "/", attempted: "do it", repeatable: !isRepeated })
        .catch(() => undefined);
      assert.equal(other.requests.length, isRepeated ? 1 : 2);
    });

  it("asks for its credential again for each attempt, so that it can be renewed", async () => {
    await using server = await faultyServer(unavailable, fine);
    let count = 0;
    const client = clientOf(server, { authorization: async () => `Bearer ${++count}` });
    await client.json({ method: "GET", path: "/", attempted: "look" });
    assert.deepEqual(
      server.requests.map((request) => request.headers.authorization),
      ["Bearer 1", "Bearer 2"],
    );
  });

  it("is in the debug log with what came of each attempt, without its query and its credential", async () => {
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

  it("has a minute for each sign of life and five for the whole, unless its caller says otherwise", async () => {
    await using server = await faultyServer(fine);
    using timers = holdTimers((delayMs) => delayMs > 50_000);
    await get(server);
    assert.deepEqual(
      timers.delaysMs.map((delayMs) => Math.round(delayMs / 1_000)),
      [60, 300],
    );
  });

  it("gives bytes as they came, and a stream as it comes", async () => {
    await using server = await faultyServer(text(200, "abc"));
    const client = clientOf(server);
    assert.equal((await client.bytes({ method: "GET", path: "/", attempted: "read" })).toString(), "abc");
    let streamed = "";
    for await (const chunk of await client.stream({ method: "GET", path: "/", attempted: "read" }))
      streamed += chunk;
    assert.equal(streamed, "abc");
  });

  it("is undefined where there is no content", async () => {
    await using server = await faultyServer(text(204, ""));
    assert.equal(await get(server), undefined);
  });
});

function clientOf(server: FaultyServer, more: Partial<HttpClientOptions> = {}): HttpClient {
  const { url, host, network } = server;
  return new HttpClient({ baseUrl: url, hosts: new HostPolicy("databricks", host), network, ...more });
}

function get(server: FaultyServer, more: Partial<RequestOptions> = {}): Promise<unknown> {
  return clientOf(server).json({ method: "GET", path: "/", attempted: "look at it", ...more });
}

async function failure(asking: Promise<unknown>, kind: RequestErrorKind): Promise<RequestError> {
  const error = await asking.then(
    () => assert.fail("it succeeded"),
    (reason: unknown) => reason,
  );
  assert(error instanceof RequestError, String(error));
  assert.equal(error.kind, kind, error.message);
  return error;
}
