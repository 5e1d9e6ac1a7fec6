import assert from "node:assert/strict";
import { GrowingLimit } from "../../../shared/concurrency/growing-limit.ts";

describe("a limit that grows", () => {
  /** Works that end when the test says so. */
  const works = (limit: GrowingLimit, count: number) => {
    const ends: (() => void)[] = [];
    const muchOf: (() => void)[] = [];
    const all = Array.from({ length: count }, () =>
      limit.run(async (needsMuch) => {
        muchOf.push(needsMuch);
        await new Promise<void>((resolve) => ends.push(resolve));
      }),
    );
    const settled = () => new Promise((resolve) => setImmediate(resolve));
    return {
      started: () => ends.length,
      end: (index: number) => {
        ends[index]!();
        return settled();
      },
      muchOf,
      all,
      settled,
    };
  };

  it("begins with one work, does one more after each small one, and never more than the most", async () => {
    const { started, end, all, settled } = works(new GrowingLimit(3), 9);
    await settled();
    assert.equal(started(), 1);
    await end(0);
    assert.equal(started(), 3); // two at once
    await end(1);
    assert.equal(started(), 5); // three at once
    await end(2);
    assert.equal(started(), 6);
    for (let index = 3; index < 9; index++) await end(index);
    await Promise.all(all);
  });

  it("does one work at a time after one that needs much, and lets others go on after a failure", async () => {
    const limit = new GrowingLimit(3);
    const { started, end, muchOf, all, settled } = works(limit, 6);
    await settled();
    await end(0);
    assert.equal(started(), 3);
    muchOf[1]!();
    await end(1);
    assert.equal(started(), 3); // the other one is still under way
    for (let index = 2; index < 6; index++) {
      await end(index);
      assert.equal(started(), Math.min(6, index + 2));
    }
    await Promise.all(all);
    await assert.rejects(
      limit.run(() => Promise.reject(new Error("broken"))),
      /broken/,
    );
    assert.equal(await limit.run(async () => 7), 7);
  });
});
