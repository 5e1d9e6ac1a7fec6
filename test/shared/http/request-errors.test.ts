import assert from "node:assert/strict";
import { HttpClient } from "../../../shared/http/client.ts";
import type { Dialect } from "../../../shared/http/dialect.ts";
import { HostPolicy } from "../../../shared/http/hosts.ts";
import { clientOf, failure, fine, get, type RequestOptions } from "./client-of.ts";
import { faultyServer, json, silence, text } from "./faulty-server.ts";

describe("the error of a request", () => {
  const dialect: Dialect = {
    readError: (content) => {
      const { code, message } = content as { code?: string; message?: string };
      return { errorCode: code, message };
    },
  };
  const look: RequestOptions = { method: "GET", path: "/", attempted: "look at it" };

  it("the error of a request gives the platform's own advice", async () => {
    await using server = await faultyServer(json(403, {}));
    const client = clientOf(server, {
      dialect: { ...dialect, advise: ({ kind }) => (kind === "forbidden" ? "ask the owner" : undefined) },
    });
    const error = await failure(client.json(look), "forbidden");
    assert.equal(error.message, `Could not look at it: ${server.host} answered 403; ask the owner.`);
  });

  for (const [answer, kind, sentence] of [
    [
      json(403, { code: "PERMISSION_DENIED", message: "You may\nnot." }),
      "forbidden",
      "answered 403 PERMISSION_DENIED: You may not; give the identity that runs this pipeline the permission.",
    ],
    [
      json(404, { code: "SecretNotFound", message: "gone" }),
      "notFound",
      "answered 404 SecretNotFound: gone;",
    ],
    [json(401, { message: "wrong" }), "unauthorized", "answered 401: wrong;"],
    [
      text(200, "<!DOCTYPE html><html>Sign in</html>"),
      "signInPage",
      "answered with an HTML page, most likely its",
    ],
    [text(200, "  <html>"), "signInPage", "answered with an HTML page"],
    [
      text(303, "", { location: "/login.html?next_url=x" }),
      "signInPage",
      "redirected this request to its sign-in page;",
    ],
    [text(403, "<html>blocked</html>"), "forbidden", "answered 403: an HTML page;"],
    [text(200, "OK"), "badAnswer", "answered with something that is not JSON;"],
    [text(200, ""), "badAnswer", "answered 200 with no content;"],
    [text(413, "too big"), "tooLarge", "answered 413: too big; make it smaller."],
  ] as const)
    it(`the error of a request is one sentence for ${kind}: ${sentence}`, async () => {
      await using server = await faultyServer(answer);
      const error = await failure(clientOf(server, { dialect }).json(look), kind);
      assert(error.message.startsWith(`Could not look at it: ${server.host} ${sentence}`), error.message);
      assert.equal(error.message.split("\n").length, 1);
    });

  it("the error of a request does not repeat a credential that is in the server's message", async () => {
    const token = "dapi0123456789abcdef0123456789abcdef";
    await using server = await faultyServer(
      json(403, { message: `token ${token} of Bearer abc.def is wrong` }),
    );
    const error = await failure(get(server), "forbidden");
    assert(!error.message.includes(token) && !error.message.includes("abc.def"), error.message);
  });

  it("the error of a request says that the connection was refused", async () => {
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

  it("the error of a request says that the certificate is not trusted", async () => {
    await using server = await faultyServer(fine);
    const error = await failure(
      clientOf(server, { network: { proxyFor: () => undefined } }).json({
        method: "GET",
        path: "/",
        attempted: "look",
      }),
      "certificate",
    );
    assert.match(error.message, /a certificate that this machine does not trust .*NODE_EXTRA_CA_CERTS/);
    assert.equal(server.requests.length, 0);
  });

  it("the error of a request is of kind canceled when the signal aborts", async () => {
    await using server = await faultyServer(silence);
    const canceled = new AbortController();
    const asking = failure(get(server, { signal: canceled.signal }), "canceled");
    setImmediate(() => canceled.abort());
    await asking;
  });
});
