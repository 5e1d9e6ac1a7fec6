import assert from "node:assert/strict";
import { RequestError, type RequestErrorKind } from "../../../shared/http/errors.ts";
import type { HttpReply, HttpRequest } from "../../../shared/http/message.ts";
import { retry } from "../../../shared/http/retry.ts";
import { retryDelayMs } from "../../../shared/http/retry-rules.ts";
import { skipWaits } from "../../harness/timers.ts";

const never: RequestErrorKind[] = [
  "certificate",
  "canceled",
  "hostNotAllowed",
  "redirected",
  "signInPage",
  "unauthorized",
  "forbidden",
  "notFound",
  "conflict",
  "tooLarge",
  "invalid",
];

describe("another attempt", () => {
  for (const kind of never)
    it(`never makes another attempt after ${kind}`, () => {
      assert.equal(delay({ kind, repeatable: true }), undefined);
    });

  for (const [kind, repeatable, atMost] of [
    ["throttled", true, Infinity],
    ["throttled", false, Infinity],
    ["unavailable", true, Infinity],
    ["unavailable", false, 0],
    ["unreachable", true, 3],
    ["unreachable", false, 3],
    ["interrupted", true, 4],
    ["interrupted", false, 0],
    ["badAnswer", true, 1],
    ["badAnswer", false, 0],
    ["timeout", true, 2],
    ["timeout", false, 0],
  ] as const)
    it(`repeats a request that is ${repeatable ? "" : "not "}repeatable ${atMost === Infinity ? "without limit" : `at most ${atMost} times`} after ${kind}`, () => {
      const attempts = [0, 1, 2, 3, 4, 5, 100];
      const made = attempts.filter((attempt) => delay({ kind, repeatable, attempt }) !== undefined);
      assert.deepEqual(
        made,
        attempts.filter((attempt) => attempt < atMost),
      );
    });

  it("before another attempt, waits longer each time, up to ten seconds, a quarter more or less", () => {
    const waits = [0, 1, 2, 3, 4, 5, 6].map((attempt) =>
      delay({ kind: "unavailable", repeatable: true, attempt, random: 0.5 }),
    );
    assert.deepEqual(waits, [500, 1_000, 2_000, 4_000, 8_000, 10_000, 10_000]);
    assert.equal(delay({ kind: "unavailable", repeatable: true, random: 0 }), 375);
    assert.equal(delay({ kind: "unavailable", repeatable: true, random: 1 }), 625);
  });

  it("before another attempt, waits as long as the server asks", () => {
    assert.equal(delay({ kind: "throttled", repeatable: false, retryAfterMs: 12_345 }), 12_345);
    assert.equal(delay({ kind: "unavailable", repeatable: true, retryAfterMs: 0 }), 0);
  });

  it("another attempt is not made for a name that does not exist, but for one that could not be looked up", () => {
    assert.equal(delay({ kind: "unreachable", repeatable: true, errorCode: "ENOTFOUND" }), undefined);
    assert.notEqual(delay({ kind: "unreachable", repeatable: true, errorCode: "EAI_AGAIN" }), undefined);
  });
});

describe("the attempts of a request", () => {
  const unavailable = (retryAfterMs?: number) =>
    new RequestError({
      kind: "unavailable",
      attempted: "ask",
      on: "host",
      cameBack: "answered 503",
      retryAfterMs,
    });
  const request = (more: Partial<HttpRequest> = {}): HttpRequest => ({
    method: "GET",
    url: new URL("https://host/"),
    headers: {},
    expect: "json",
    attempted: "ask",
    repeatable: true,
    timeoutMs: 300_000,
    stallMs: 60_000,
    ...more,
  });
  const fine: HttpReply = { status: 200, headers: new Headers(), body: Buffer.alloc(0) };

  it("the attempts of a request end at once, with the last answer, when the request is aborted in the wait between them", async () => {
    const abort = new AbortController();
    const last = unavailable(60_000);
    let attempts = 0;
    const next = async () => {
      assert.equal(++attempts, 1, "it is attempted again");
      setImmediate(() => abort.abort(new Error("cancelled")));
      throw last;
    };
    await assert.rejects(retry(request({ signal: abort.signal }), next), last);
    assert.equal(attempts, 1);
  });

  it("the attempts of a request end with the first answer when the request is aborted while it comes", async () => {
    const abort = new AbortController();
    const last = unavailable(60_000);
    let attempts = 0;
    const next = async () => {
      assert.equal(++attempts, 1, "it is attempted again");
      abort.abort();
      throw last;
    };
    await assert.rejects(retry(request({ signal: abort.signal }), next), last);
    assert.equal(attempts, 1);
  });

  it("the attempts of a request share the request's time: each is given what is left of it", async () => {
    using time = skipWaits();
    const given: number[] = [];
    const next = async ({ timeoutMs }: HttpRequest) => {
      given.push(timeoutMs);
      if (given.length < 4) throw unavailable(1_000 * given.length);
      return fine;
    };
    assert.equal(await retry(request({ timeoutMs: 10_000 }), next), fine);
    assert.deepEqual(time.waitsMs, [1_000, 2_000, 3_000]);
    assert.deepEqual(given, [10_000, 9_000, 7_000, 4_000]);
  });

  it("the attempts of a request end with the last answer when the next wait would go beyond the request's time", async () => {
    using time = skipWaits();
    const last = unavailable(6_000);
    await assert.rejects(
      retry(request({ timeoutMs: 10_000 }), async () => {
        throw last;
      }),
      last,
    );
    assert.deepEqual(time.waitsMs, [6_000]);
  });

  it("a request tells of each pause before it", async () => {
    using _time = skipWaits();
    const pauses: [string, number][] = [];
    let attempts = 0;
    const next = async () => {
      if (++attempts < 3) throw unavailable(attempts * 1_000);
      return fine;
    };
    const onPause = (error: RequestError, delayMs: number) => pauses.push([error.kind, delayMs]);
    assert.equal(await retry(request({ onPause }), next), fine);
    assert.deepEqual(pauses, [
      ["unavailable", 1_000],
      ["unavailable", 2_000],
    ]);
  });

  it("the pauses of a request can be ended without cutting off an attempt", async () => {
    const abort = new AbortController();
    const last = unavailable(60_000);
    let attempts = 0;
    const next = async ({ signal }: HttpRequest) => {
      attempts++;
      assert.equal(signal, undefined);
      throw last;
    };
    const onPause = () => setImmediate(() => abort.abort());
    await assert.rejects(retry(request({ pauseSignal: abort.signal, onPause }), next), last);
    assert.equal(attempts, 1);
  });

  it("the attempts of a request pass on at once what is not a failed request", async () => {
    using time = skipWaits();
    const defect = new TypeError("a defect");
    await assert.rejects(
      retry(request(), async () => {
        throw defect;
      }),
      defect,
    );
    assert.deepEqual(time.waitsMs, []);
  });
});

function delay(given: {
  kind: RequestErrorKind;
  repeatable: boolean;
  attempt?: number;
  random?: number;
  retryAfterMs?: number;
  errorCode?: string;
}): number | undefined {
  const { repeatable, attempt = 0, random = 0.5, ...details } = given;
  const error = new RequestError({ attempted: "ask", on: "host", cameBack: "failed", ...details });
  return retryDelayMs(error, { repeatable }, attempt, random);
}
