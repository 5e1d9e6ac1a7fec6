/**
 * The workspace's clock: real time plus what `POST /clock` added. Every expiry, simulated start and autotermination of the
 * emulator reads this clock and no other, so that a test can move time instead of waiting.
 */
export class Clock {
  #offsetMs = 0;
  #timers = new Set<{ dueMs: number; run: () => void }>();
  #wake: NodeJS.Timeout | undefined;

  /** Milliseconds since 1970 on the workspace's clock. */
  now(): number {
    return Date.now() + this.#offsetMs;
  }

  /** Runs `run` once, `delayMs` of workspace time from now. Call the returned function to cancel it. */
  after(delayMs: number, run: () => void): () => void {
    const timer = { dueMs: this.now() + delayMs, run };
    this.#timers.add(timer);
    this.#schedule();
    return () => this.#timers.delete(timer);
  }

  /** Moves the clock forward and runs, oldest first, everything that fell due on the way. */
  advance(milliseconds: number): void {
    const target = this.now() + milliseconds;
    for (let next = this.#next(); next && next.dueMs <= target; next = this.#next()) {
      this.#offsetMs += Math.max(0, next.dueMs - this.now());
      this.#fire(next);
    }
    this.#offsetMs += Math.max(0, target - this.now());
    this.#schedule();
  }

  stop(): void {
    clearTimeout(this.#wake);
    this.#timers.clear();
  }

  #next(): { dueMs: number; run: () => void } | undefined {
    let first: { dueMs: number; run: () => void } | undefined;
    for (const timer of this.#timers) if (!first || timer.dueMs < first.dueMs) first = timer;
    return first;
  }

  #fire(timer: { dueMs: number; run: () => void }): void {
    this.#timers.delete(timer);
    timer.run();
  }

  #schedule(): void {
    clearTimeout(this.#wake);
    const next = this.#next();
    if (!next) return;
    // A timer of Node waits at most 2^31-1 ms; for a later due time it is set again.
    const delayMs = Math.min(Math.max(0, next.dueMs - this.now()), 2 ** 31 - 1);
    this.#wake = setTimeout(() => {
      for (let due = this.#next(); due && due.dueMs <= this.now(); due = this.#next()) this.#fire(due);
      this.#schedule();
    }, delayMs);
    this.#wake.unref();
  }
}
