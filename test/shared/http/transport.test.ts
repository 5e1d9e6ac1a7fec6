import assert from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import type { ServerResponse } from "node:http";
import type { TLSSocket } from "node:tls";
import { RequestError } from "../../../shared/http/errors.ts";
import type { HttpRequest } from "../../../shared/http/message.ts";
import { transport } from "../../../shared/http/transport.ts";
import { holdTimers } from "../../harness/timers.ts";
import { type FaultyServer, faultyServer } from "./faulty-server.ts";

const stallMs = 54_321;
const timeoutMs = 654_321;

/** Takes over the two timers of an attempt. */
const holdAttempt = () => holdTimers((delayMs) => delayMs === stallMs || delayMs === timeoutMs);

function send(server: FaultyServer, more: Partial<HttpRequest> = {}) {
  return transport(server.network)({ ...requestTo(server), ...more });
}

function requestTo(server: FaultyServer): HttpRequest {
  return {
    method: "GET",
    url: new URL(server.url),
    headers: {},
    expect: "bytes",
    attempted: "look at it",
    repeatable: true,
    timeoutMs,
    stallMs,
  };
}

/** A server whose answer the test writes piece by piece. */
async function writtenServer(): Promise<{ server: FaultyServer; answer: Promise<ServerResponse> }> {
  let resolve: (response: ServerResponse) => void = () => {};
  const answer = new Promise<ServerResponse>((given) => {
    resolve = given;
  });
  return { server: await faultyServer((response) => resolve(response)), answer };
}

describe("the attempts of a request", () => {
  it("an attempt of a request goes on for longer than the stall limit while each piece of its body comes within it", async () => {
    using timers = holdAttempt();
    const { server, answer } = await writtenServer();
    await using _ = server;
    const sending = send(server);
    const response = await answer;
    timers.advance(stallMs - 1);
    response.writeHead(200).flushHeaders();
    await timers.refreshed(1);
    for (const piece of [1, 2, 3]) {
      timers.advance(stallMs - 1);
      response.write("piece ");
      await timers.refreshed(1 + piece);
    }
    response.end();
    assert.equal((await sending).body.toString(), "piece piece piece ");
  });

  it("an attempt of a request ends when the next piece of its body takes longer than the stall limit", async () => {
    using timers = holdAttempt();
    const { server, answer } = await writtenServer();
    await using _ = server;
    const sending = failure(send(server));
    const response = await answer;
    response.writeHead(200).write("piece ");
    await timers.refreshed(2);
    timers.advance(stallMs);
    const error = await sending;
    assert.equal(error.kind, "timeout");
    assert.match(error.message, / sent nothing for 54 s;/);
  });

  it("an attempt of a request ends when nothing at all comes within the stall limit", async () => {
    using timers = holdAttempt();
    const { server, answer } = await writtenServer();
    await using _ = server;
    const sending = failure(send(server));
    await answer;
    timers.advance(stallMs);
    assert.match((await sending).message, / sent nothing for /);
  });

  it("an attempt of a request ends with its time, however steadily the pieces of its body come", async () => {
    using timers = holdAttempt();
    const { server, answer } = await writtenServer();
    await using _ = server;
    const sending = failure(send(server));
    const response = await answer;
    response.writeHead(200).flushHeaders();
    await timers.refreshed(1);
    const mostPieces = Math.ceil(timeoutMs / (stallMs - 1));
    for (let piece = 1; piece < mostPieces; piece++) {
      timers.advance(stallMs - 1);
      response.write("piece ");
      await timers.refreshed(1 + piece);
    }
    timers.advance(stallMs - 1);
    const error = await sending;
    assert.equal(error.kind, "timeout");
    assert.match(error.message, /did not finish its answer in time;/);
  });

  it("an attempt of a request keeps both limits while its body is read as a stream", async () => {
    using timers = holdAttempt();
    const { server, answer } = await writtenServer();
    await using _ = server;
    const sending = send(server, { expect: "stream" });
    const response = await answer;
    response.writeHead(200).flushHeaders();
    const { stream } = await sending;
    const pieces: string[] = [];
    const reading = (async () => {
      for await (const piece of stream!) pieces.push(String(piece));
    })();
    timers.advance(stallMs - 1);
    response.write("piece ");
    await timers.refreshed(2);
    timers.advance(stallMs - 1);
    response.write("piece ");
    await timers.refreshed(3);
    timers.advance(stallMs);
    await assert.rejects(reading);
    assert.deepEqual(pieces, ["piece ", "piece "]);
  });

  it("an attempt of a request shows the agent's client certificate to a server that asks for one", async () => {
    const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
    await using server = await faultyServer((response, { socket }) => {
      const { subject } = (socket as TLSSocket).getPeerCertificate();
      response.end(subject?.CN ?? "no certificate");
    });
    const key = privateKey.export({
      type: "pkcs8",
      format: "pem",
      cipher: "aes-256-cbc",
      passphrase: "hunter2",
    });
    const clientCertificate = () => ({
      certificate: server.issueFor("the build agent", publicKey),
      key: key.toString(),
      passphrase: "hunter2",
    });
    const { body } = await transport({ ...server.network, clientCertificate })(requestTo(server));
    assert.equal(body.toString(), "the build agent");
  });

  it("an attempt of a request is called cancelled, and not out of time, when its caller gives it up", async () => {
    const { server, answer } = await writtenServer();
    await using _ = server;
    const abort = new AbortController();
    const sending = failure(send(server, { signal: abort.signal }));
    (await answer).writeHead(200).flushHeaders();
    abort.abort();
    const error = await sending;
    assert.equal(error.kind, "canceled");
    assert.equal(error.ambiguous, false);
  });
});

async function failure(sending: Promise<unknown>): Promise<RequestError> {
  const error = await sending.then(
    () => assert.fail("it succeeded"),
    (reason: unknown) => reason,
  );
  assert(error instanceof RequestError, String(error));
  return error;
}
