import assert from "node:assert/strict";
import { AdaptiveLimit } from "../../../shared/concurrency/adaptive-limit.ts";
import { holdTimers } from "../../harness/timers.ts";

class Refused extends Error {
  retryAfterMs?: number;
}

/** Attempts that end when the test says so. */
class Attempts {
  readonly #limit: AdaptiveLimit;
  readonly underWay: PromiseWithResolvers<void>[] = [];

  constructor(most: number) {
    this.#limit = new AdaptiveLimit(most);
  }

  start(count: number): void {
    for (let started = 0; started < count; started++)
      this.#limit
        .run(
          () => {
            const attempt = withResolvers();
            this.underWay.push(attempt);
            return attempt.promise;
          },
          (error) => (error instanceof Refused ? error : undefined),
        )
        .catch(() => undefined);
  }

  async succeed(count = this.underWay.length): Promise<void> {
    for (const attempt of this.underWay.splice(0, count)) attempt.resolve();
    await settled();
  }

  async fail(error: Error, count = this.underWay.length): Promise<void> {
    for (const attempt of this.underWay.splice(0, count)) attempt.reject(error);
    await settled();
  }
}

describe("a limit that adapts to what a service accepts", () => {
  it("an adaptive limit lets as many begin as it is given, and the next ones as others end", async () => {
    const attempts = await begun(8, 20);
    assert.equal(attempts.underWay.length, 8);
    await attempts.succeed(3);
    assert.equal(attempts.underWay.length, 8);
  });

  it("an adaptive limit is halved by a refusal, once for all that were under way, and raised by one in a round of successes", async () => {
    const attempts = await begun(8, 100);
    await attempts.fail(new Refused());
    assert.equal(attempts.underWay.length, 4);
    await attempts.succeed();
    assert.equal(attempts.underWay.length, 4); // four successes at 4, 4.25, 4.49 and 4.71 make 4.92
    await attempts.succeed();
    assert.equal(attempts.underWay.length, 5);
    await attempts.fail(new Refused());
    assert.equal(attempts.underWay.length, 2);
  });

  it("an adaptive limit never is less than one, nor more than at the beginning", async () => {
    const attempts = await begun(3, 200);
    for (let round = 0; round < 5; round++) await attempts.fail(new Refused());
    assert.equal(attempts.underWay.length, 1);
    for (let round = 0; round < 20; round++) await attempts.succeed();
    assert.equal(attempts.underWay.length, 3);
  });

  it("an adaptive limit is not changed by any other failure", async () => {
    const attempts = await begun(4, 20);
    await attempts.fail(new Error("not found"));
    assert.equal(attempts.underWay.length, 4);
  });

  it("an adaptive limit lets nothing begin until the time that the service asks to wait is over", async () => {
    using timers = holdTimers((delayMs) => delayMs > 30_000);
    const attempts = await begun(4, 20);
    const { now } = performance;
    try {
      await attempts.fail(Object.assign(new Refused(), { retryAfterMs: 60_000 }), 1);
      await attempts.succeed();
      assert.equal(attempts.underWay.length, 0);
      assert.equal(timers.delaysMs.length, 1);
      const later = now.call(performance) + 60_001;
      performance.now = () => later;
      timers.advance(60_001);
      await settled();
      assert.equal(attempts.underWay.length, 3); // 2 after the refusal, and 1 for three successes
    } finally {
      performance.now = now;
    }
  });
});

async function begun(most: number, count: number): Promise<Attempts> {
  const attempts = new Attempts(most);
  attempts.start(count);
  await settled();
  return attempts;
}

function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

interface PromiseWithResolvers<T> {
  promise: Promise<T>;
  resolve(value: T): void;
  reject(error: Error): void;
}

function withResolvers(): PromiseWithResolvers<void> {
  let resolve!: () => void;
  let reject!: (error: Error) => void;
  const promise = new Promise<void>((resolved, rejected) => {
    resolve = resolved;
    reject = rejected;
  });
  return { promise, resolve, reject };
}
