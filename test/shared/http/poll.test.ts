import assert from "node:assert/strict";
import { RequestError } from "../../../shared/http/errors.ts";
import { poll } from "../../../shared/http/poll.ts";

const quick = { firstDelayMs: 1, maxDelayMs: 2, timeoutMs: 60_000 };

describe("polling", () => {
  it("asks until it is done, and tells each answer on the way", async () => {
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

  it("gives the last answer when time is over", async () => {
    const result = await poll({ ...quick, timeoutMs: 20, check: async () => "PENDING", done: () => false });
    assert.equal(result.state, "timedOut");
    assert.equal(result.value, "PENDING");
  });

  it("ends at once when it is aborted while waiting", async () => {
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

  it("ends as aborted when the question itself was cut off", async () => {
    const abort = new AbortController();
    const check = async () => {
      abort.abort();
      throw new Error("cut off");
    };
    assert.equal((await poll({ ...quick, check, done: () => true, signal: abort.signal })).state, "aborted");
  });

  it("goes on after an error that says when to ask again", async () => {
    let asked = 0;
    const result = await poll({
      ...quick,
      check: async () => {
        if (++asked === 1)
          throw new RequestError({
            kind: "throttled",
            attempted: "ask",
            on: "host",
            cameBack: "429",
            retryAfterMs: 1,
          });
        return "done";
      },
      done: () => true,
    });
    assert.equal(result.value, "done");
  });

  it("does not hide any other error", async () => {
    const error = new RequestError({
      kind: "notFound",
      attempted: "ask",
      on: "host",
      cameBack: "answered 404",
    });
    await assert.rejects(poll({ ...quick, check: () => Promise.reject(error), done: () => true }), error);
  });

  it("never asks before the answer's own time: a wait beyond the deadline ends it", async () => {
    let asked = 0;
    const result = await poll({
      ...quick,
      check: async () => ++asked,
      done: () => false,
      retryAfterMs: () => 3_600_000,
    });
    assert.deepEqual([result.state, asked], ["timedOut", 1]);
  });
});
