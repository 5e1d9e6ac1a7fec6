import assert from "node:assert/strict";
import { RequestError } from "../../../shared/http/errors.ts";
import { poll } from "../../../shared/http/poll.ts";
import { retryAfterMs } from "../../../shared/http/retry-after.ts";
import { skipWaits } from "../../harness/timers.ts";

const quick = { firstDelayMs: 1, maxDelayMs: 2, timeoutMs: 60_000 };

describe("polling", () => {
  it("polling asks until it is done, and reports each answer on the way", async () => {
    const states = ["PENDING", "PENDING", "RUNNING"];
    const ticks: string[] = [];
    const result = await poll({
      ...quick,
      check: async () => states.shift()!,
      done: (state) => state === "RUNNING",
      onTick: (state) => ticks.push(state),
    });
    assert.equal(result.state, "done");
    assert.equal(result.value, "RUNNING");
    assert.deepEqual(ticks, ["PENDING", "PENDING"]);
  });

  it("polling gives the last answer when time is over", async () => {
    const result = await poll({ ...quick, timeoutMs: 20, check: async () => "PENDING", done: () => false });
    assert.equal(result.state, "timedOut");
    assert.equal(result.value, "PENDING");
  });

  it("polling ends at once when it is aborted while waiting", async () => {
    const abort = new AbortController();
    const result = await poll({
      ...quick,
      firstDelayMs: 60_000,
      check: async () => "PENDING",
      done: () => false,
      onTick: () => abort.abort(),
      signal: abort.signal,
    });
    assert.deepEqual([result.state, result.value], ["aborted", "PENDING"]);
  });

  it("polling ends as aborted when the question itself was cut off", async () => {
    const abort = new AbortController();
    const check = async () => {
      abort.abort();
      throw new Error("cut off");
    };
    assert.equal((await poll({ ...quick, check, done: () => true, signal: abort.signal })).state, "aborted");
  });

  it("polling goes on after an error that says when to ask again", async () => {
    let asked = 0;
    const result = await poll({
      ...quick,
      check: async () => {
        if (++asked === 1) throw throttledFor(1);
        return "done";
      },
      done: () => true,
    });
    assert.equal(result.value, "done");
  });

  it("polling does not hide any other error", async () => {
    const error = new RequestError({
      kind: "notFound",
      attempted: "ask",
      on: "host",
      cameBack: "answered 404",
    });
    await assert.rejects(poll({ ...quick, check: () => Promise.reject(error), done: () => true }), error);
  });

  it("polling never asks before the answer's own time: a wait beyond the deadline ends it", async () => {
    let asked = 0;
    const result = await poll({
      ...quick,
      check: async () => ++asked,
      done: () => false,
      retryAfterMs: () => 3_600_000,
    });
    assert.deepEqual([result.state, asked], ["timedOut", 1]);
  });

  it("polling never asks before the error's own time: a wait beyond the deadline ends it", async () => {
    let asked = 0;
    const result = await poll({
      ...quick,
      check: async () => {
        asked++;
        throw throttledFor(3_600_000);
      },
      done: () => true,
    });
    assert.deepEqual([result.state, result.value, asked], ["timedOut", undefined, 1]);
  });

  it("polling waits half a second at first, then a tenth of the time so far, 1.2 s at most, and 5 s after ten minutes", async () => {
    using time = skipWaits();
    const result = await poll({ check: async () => 1, done: () => false, timeoutMs: 4_200_000 });
    assert.equal(result.state, "timedOut");
    assert.deepEqual(time.waitsMs.slice(0, 14), [...Array(11).fill(500), 550, 605, 665.5]);
    const inTenMinutes = requestsWithin(time.waitsMs, 600_000);
    assert.equal(Math.max(...time.waitsMs.slice(0, inTenMinutes)), 1_200);
    assert.equal(Math.max(...time.waitsMs), 5_000);
    assert.equal(inTenMinutes, 510);
    assert.equal(requestsWithin(time.waitsMs, 4_200_000) - inTenMinutes, 720);
  });

  it("polling notices an end within 1 s on average in the first ten minutes, and within 3 s later", async () => {
    using time = skipWaits();
    await poll({ check: async () => 1, done: () => false, timeoutMs: 7_200_000 });
    const inTenMinutes = requestsWithin(time.waitsMs, 600_000);
    assert.ok(averageNoticeMs(time.waitsMs.slice(0, inTenMinutes)) <= 1_000);
    assert.ok(averageNoticeMs(time.waitsMs.slice(inTenMinutes)) <= 3_000);
  });

  it("polling keeps to the first and the longest wait that it is given", async () => {
    using time = skipWaits();
    await poll({
      check: async () => 1,
      done: () => false,
      timeoutMs: 200_000,
      firstDelayMs: 2_000,
      maxDelayMs: 4_000,
    });
    assert.deepEqual([Math.min(...time.waitsMs.slice(0, -1)), Math.max(...time.waitsMs)], [2_000, 4_000]);
  });

  for (const headers of [
    { "retry-after": "30" } as Record<string, string>,
    { "retry-after-ms": "30000" },
    { "x-ms-retry-after-ms": "30000" },
    { "retry-after": new Date(30_000).toUTCString() },
  ]) {
    const askedMs = retryAfterMs(new Headers(headers), 0)!;

    it(`polling waits as long as an error asks by ${JSON.stringify(headers)}`, async () => {
      using time = skipWaits();
      let asked = 0;
      const check = async () => {
        if (++asked === 1) throw throttledFor(askedMs);
        return "done";
      };
      await poll({ check, done: () => true, timeoutMs: 60_000 });
      assert.deepEqual(time.waitsMs, [30_000]);
    });

    it(`polling waits as long as an answer asks by ${JSON.stringify(headers)}`, async () => {
      using time = skipWaits();
      let asked = 0;
      const result = await poll({
        check: async () => ++asked,
        done: (count) => count === 2,
        retryAfterMs: () => askedMs,
        timeoutMs: 60_000,
      });
      assert.deepEqual([result.state, time.waitsMs], ["done", [30_000]]);
    });
  }

  it("polling makes its first check when the service allows it", async () => {
    using time = skipWaits();
    const check = async () => "done";
    const result = await poll({ check, done: () => true, firstCheckAfterMs: 60_000, timeoutMs: 90_000 });
    assert.deepEqual([result.state, result.elapsedMs, time.waitsMs], ["done", 60_000, [60_000]]);
  });

  it("polling does not check at all if the service allows the first check only after the deadline", async () => {
    const check = () => assert.fail("it asked");
    const result = await poll({ check, done: () => true, firstCheckAfterMs: 60_001, timeoutMs: 60_000 });
    assert.equal(result.state, "timedOut");
  });

  it("polling waits no longer than the answers ask for, however long it has waited", async () => {
    using time = skipWaits();
    let asked = 0;
    const check = async () => ++asked;
    await poll({
      check,
      done: (count) => count === 4,
      retryAfterMs: (count) => (count === 1 ? 600_000 : 1_000),
      timeoutMs: 900_000,
    });
    assert.deepEqual(time.waitsMs, [600_000, 1_000, 1_000]);
  });

  it("polling does not ask sooner than its own wait, however soon it may", async () => {
    using time = skipWaits();
    let asked = 0;
    const check = async () => ++asked;
    await poll({ check, done: (count) => count === 2, retryAfterMs: () => 0, timeoutMs: 60_000 });
    assert.deepEqual(time.waitsMs, [500]);
  });

  it("polling asks a last time at its deadline, and waits for nothing beyond it", async () => {
    using time = skipWaits();
    let asked = 0;
    const result = await poll({
      check: async () => ++asked,
      done: () => false,
      firstDelayMs: 60_000,
      maxDelayMs: 60_000,
      timeoutMs: 90_000,
    });
    assert.deepEqual(time.waitsMs, [60_000, 30_000]);
    assert.deepEqual(result, { state: "timedOut", value: 3, elapsedMs: 90_000 });
  });

  it("polling does not ask at all when it is aborted before", async () => {
    const check = () => assert.fail("it asked");
    const result = await poll({ ...quick, check, done: () => true, signal: AbortSignal.abort() });
    assert.equal(result.state, "aborted");
  });

  it("polling says how long it took", async () => {
    using time = skipWaits();
    let asked = 0;
    const elapsed: number[] = [];
    const result = await poll({
      check: async () => ++asked,
      done: (count) => count === 3,
      onTick: (_value, elapsedMs) => elapsed.push(elapsedMs),
      timeoutMs: 60_000,
    });
    assert.deepEqual([elapsed, result.elapsedMs, time.nowMs()], [[0, 500], 1_000, 1_000]);
  });
});

function throttledFor(retryAfterMs: number): RequestError {
  return new RequestError({
    kind: "throttled",
    attempted: "ask",
    on: "host",
    cameBack: "answered 429",
    retryAfterMs,
  });
}

/** How many questions are asked before so much time has passed, where the first is asked at once. */
function requestsWithin(waitsMs: readonly number[], milliseconds: number): number {
  let elapsedMs = 0;
  let count = 0;
  for (const waitMs of waitsMs) {
    if (elapsedMs >= milliseconds) break;
    count++;
    elapsedMs += waitMs;
  }
  return count;
}

/**
 * How long after an end, at any moment of these waits, the response comes that reports it, on average. Each request takes 0.2 s, and an end
 * while one is under way is reported by the next one.
 */
function averageNoticeMs(waitsMs: readonly number[], requestMs = 200): number {
  const intervalsMs = waitsMs.map((waitMs) => waitMs + requestMs);
  const totalMs = intervalsMs.reduce((sum, each) => sum + each, 0);
  return intervalsMs.reduce((sum, each) => sum + each ** 2 / 2, 0) / totalMs + requestMs;
}
