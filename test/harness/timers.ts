interface HeldTimer {
  delayMs: number;
  dueMs: number;
  act: () => void;
}

/** Timers of chosen delays, which run only when the test lets time pass; all others run as usual. Disposing restores the timers. */
export interface HeldTimers extends Disposable {
  /** The delays of the timers that were set, in order. */
  readonly delaysMs: readonly number[];
  /** Lets time pass for the held timers, and runs those that are due. */
  advance(milliseconds: number): void;
  /** Resolves when one of them has been set back to its full delay (`Timeout.refresh`) this many times. */
  refreshed(times: number): Promise<void>;
}

/** Takes over the timers whose delay `chosen` names. */
export function holdTimers(chosen: (delayMs: number) => boolean): HeldTimers {
  const { setTimeout: realSet, clearTimeout: realClear } = globalThis;
  const pending = new Set<HeldTimer>();
  const delaysMs: number[] = [];
  let nowMs = 0;
  let refreshes = 0;
  let watchers: (() => void)[] = [];
  const set = (act: (...given: unknown[]) => void, delayMs = 0, ...given: unknown[]) => {
    if (!chosen(delayMs)) return realSet(act, delayMs, ...given);
    delaysMs.push(delayMs);
    const timer = { delayMs, dueMs: nowMs + delayMs, act: () => act(...given) };
    pending.add(timer);
    return Object.assign(timer, {
      refresh: () => {
        timer.dueMs = nowMs + delayMs;
        refreshes++;
        for (const watcher of watchers) watcher();
      },
      unref: () => timer,
      ref: () => timer,
    });
  };
  globalThis.setTimeout = set as unknown as typeof setTimeout;
  globalThis.clearTimeout = ((timer: unknown) => {
    if (!pending.delete(timer as HeldTimer)) realClear(timer as NodeJS.Timeout);
  }) as typeof clearTimeout;
  return {
    delaysMs,
    advance(milliseconds) {
      nowMs += milliseconds;
      for (const timer of [...pending].sort((a, b) => a.dueMs - b.dueMs))
        if (timer.dueMs <= nowMs && pending.delete(timer)) timer.act();
    },
    refreshed: (times) =>
      new Promise((resolve) => {
        const watcher = () => {
          if (refreshes < times) return;
          watchers = watchers.filter((each) => each !== watcher);
          resolve();
        };
        watchers.push(watcher);
        watcher();
      }),
    [Symbol.dispose]() {
      globalThis.setTimeout = realSet;
      globalThis.clearTimeout = realClear;
    },
  };
}

/**
 * Makes every wait end at once and advances a clock (`performance.now`) by its duration. Nothing else advances that clock. Disposing
 * restores the real timers and clock.
 * @param chosen whether to skip waits of a duration; timers that guard a real request must run
 */
export function skipWaits(
  chosen: (delayMs: number) => boolean = () => true,
): Disposable & { readonly waitsMs: readonly number[]; nowMs(): number } {
  const { setTimeout: realSet, clearTimeout: realClear } = globalThis;
  const realNow = performance.now;
  const waitsMs: number[] = [];
  let nowMs = 0;
  globalThis.setTimeout = ((act: () => void, delayMs = 0) => {
    if (!chosen(delayMs)) return realSet(act, delayMs);
    waitsMs.push(delayMs);
    return setImmediate(() => {
      nowMs += Math.max(0, delayMs);
      act();
    });
  }) as unknown as typeof setTimeout;
  globalThis.clearTimeout = ((timer: unknown) => {
    clearImmediate(timer as NodeJS.Immediate);
    realClear(timer as NodeJS.Timeout);
  }) as typeof clearTimeout;
  performance.now = () => nowMs;
  return {
    waitsMs,
    nowMs: () => nowMs,
    [Symbol.dispose]() {
      globalThis.setTimeout = realSet;
      globalThis.clearTimeout = realClear;
      performance.now = realNow;
    },
  };
}
