import assert from "node:assert/strict";
import { mapBounded, oneAtATime } from "../../../shared/concurrency/bounded.ts";

describe("mapping concurrently", () => {
  it("mapping concurrently keeps the order, and never has more under way than allowed", async () => {
    let underWay = 0;
    let most = 0;
    const results = await mapBounded([5, 1, 4, 2, 3], 2, async (item) => {
      most = Math.max(most, ++underWay);
      for (let i = 0; i < item; i++) await Promise.resolve();
      underWay--;
      return item * 10;
    });
    assert.deepEqual(results, [50, 10, 40, 20, 30]);
    assert.equal(most, 2);
  });

  it("mapping concurrently begins nothing more after a failure, and waits for what is under way", async () => {
    const ended: number[] = [];
    await assert.rejects(
      mapBounded([1, 2, 3, 4], 2, async (item) => {
        if (item === 1) throw new Error("first");
        await new Promise((resolve) => setImmediate(resolve));
        ended.push(item);
      }),
      /first/,
    );
    assert.deepEqual(ended, [2]);
  });

  it("mapping an empty list concurrently gives an empty list", async () => {
    assert.deepEqual(await mapBounded([], 4, async () => assert.fail()), []);
  });
});

describe("works that are done one at a time", () => {
  it("works that are done one at a time begin in their order when the one before has ended, even if it failed", async () => {
    const inTurn = oneAtATime();
    const steps: string[] = [];
    const work = (name: string) => async () => {
      steps.push(`${name} begins`);
      await new Promise((resolve) => setImmediate(resolve));
      steps.push(`${name} ends`);
      if (name === "a") throw new Error("a failed");
      return name;
    };
    const results = await Promise.allSettled([inTurn(work("a")), inTurn(work("b"))]);
    assert.deepEqual(steps, ["a begins", "a ends", "b begins", "b ends"]);
    assert.deepEqual(
      results.map((result) => (result.status === "fulfilled" ? result.value : result.reason.message)),
      ["a failed", "b"],
    );
  });
});
