import assert from "node:assert/strict";
import type { Dialect } from "../../../shared/http/dialect.ts";
import { RequestError } from "../../../shared/http/errors.ts";
import { clientOf, failure, fine, get, type RequestOptions, throttled, unavailable } from "./client-of.ts";
import {
  brokenOff,
  type FaultyServer,
  faultyServer,
  json,
  reset,
  silence,
  stalledBody,
  text,
  tricklingBody,
} from "./faulty-server.ts";

describe("requests that may be repeated", () => {
  for (const [name, fault] of [
    ["429", throttled],
    ["503", unavailable],
    ["504", text(504, "gateway", { "retry-after": "0" })],
    ["500", text(500, "oops", { "retry-after": "0" })],
    ["408 as a time-out", text(408, "", { "retry-after": "0" })],
    ["a reset connection", reset],
    ["a body that breaks off", brokenOff],
    ["JSON that is cut off", text(200, '{"a": [1, 2')],
  ] as const)
    it(`a repeatable request is repeated after ${name}`, async () => {
      await using server = await faultyServer(fault, fine);
      assert.deepEqual(await get(server), { fine: true });
      assert.equal(server.requests.length, 2);
    });

  it("a repeatable request is repeated after a silence", async () => {
    await using server = await faultyServer(silence, fine);
    assert.deepEqual(await get(server, { stallMs: 1_500 }), { fine: true });
  });

  it("a repeatable request is repeated after a body that stalls", async () => {
    await using server = await faultyServer(stalledBody, fine);
    assert.deepEqual(await get(server, { stallMs: 1_500 }), { fine: true });
  });

  for (const status of [400, 401, 403, 404, 409, 501, 505])
    it(`a repeatable request is not repeated after ${status}`, async () => {
      await using server = await faultyServer(json(status, { message: "no" }), fine);
      await assert.rejects(get(server), RequestError);
      assert.equal(server.requests.length, 1);
    });

  it("a repeatable request is given up when its time is over", async () => {
    await using server = await faultyServer(json(503, {}, { "retry-after": "3600" }));
    await failure(get(server, { timeoutMs: 1_000 }), "unavailable");
    assert.equal(server.requests.length, 1);
  });

  it("a repeatable request is given up when its time is over in a body that never stalls and never ends", async () => {
    await using server = await faultyServer(tricklingBody);
    const error = await failure(get(server, { timeoutMs: 1_000 }), "timeout");
    assert.match(error.message, /did not finish its answer in time;/);
    assert.equal(server.requests.length, 1);
  });

  it("a repeatable request spends on a second attempt only the time that the first has left, and then says what the first met", async () => {
    await using server = await faultyServer(unavailable, tricklingBody);
    await failure(get(server, { timeoutMs: 1_000 }), "unavailable");
    assert.equal(server.requests.length, 2);
  });

  it("a repeatable request is given up in the middle of a stream when its time is over", async () => {
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

  it("a repeatable request is repeated after a code that the platform's dialect calls unavailable, whatever its status", async () => {
    await using server = await faultyServer(json(400, {}, { "retry-after": "0" }), fine);
    const dialect: Dialect = { readError: () => ({}), kindOf: () => "unavailable" };
    const client = clientOf(server, { dialect });
    assert.deepEqual(await client.json({ method: "GET", path: "/", attempted: "look at it" }), {
      fine: true,
    });
  });
});

describe("requests that must not be sent twice", () => {
  const post = (server: FaultyServer, more: Partial<RequestOptions> = {}) =>
    clientOf(server).json({ method: "POST", path: "/", attempted: "create a thing", body: {}, ...more });

  for (const [name, fault, kind] of [
    ["503", unavailable, "unavailable"],
    ["a reset connection", reset, "interrupted"],
    ["a body that breaks off", brokenOff, "interrupted"],
    ["a silence", silence, "timeout"],
  ] as const)
    it(`a request that must not be sent twice is sent once, and may have taken effect, after ${name}`, async () => {
      await using server = await faultyServer(fault, fine);
      const error = await failure(post(server, fault === silence ? { stallMs: 1_500 } : {}), kind);
      assert.equal(error.ambiguous, true);
      assert.equal(server.requests.length, 1);
    });

  it("a request that must not be sent twice is sent again after 429, which says that nothing happened", async () => {
    await using server = await faultyServer(throttled, fine);
    assert.deepEqual(await post(server), { fine: true });
  });

  it("a request that must not be sent twice may have taken effect if its time ends in an attempt after 429", async () => {
    await using server = await faultyServer(throttled, tricklingBody);
    const error = await failure(post(server, { timeoutMs: 1_000 }), "timeout");
    assert.equal(error.ambiguous, true);
  });

  it("a request that must not be sent twice has a connection of its own, as one kept alive could just be closing", async () => {
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

describe("the methods of repeatable requests", () => {
  for (const [method, isRepeated] of [
    ["GET", true],
    ["HEAD", true],
    ["OPTIONS", true],
    ["PUT", true],
    ["DELETE", true],
    ["POST", false],
    ["PATCH", false],
  ] as const)
    it(`a request of method ${method} is ${isRepeated ? "" : "not "}repeated unless its caller says otherwise`, async () => {
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
});
