/** At most so many requests in each second of real time, counted in windows of one second. */
export class RateLimit {
  readonly #perSecond: number;
  #windowStart = 0;
  #count = 0;

  constructor(perSecond: number) {
    this.#perSecond = perSecond;
  }

  /** Counts a request. Returns 0 if it is within the limit, or the number of seconds to wait before the next try. */
  take(now = performance.now()): number {
    if (now - this.#windowStart >= 1000) {
      this.#windowStart = now;
      this.#count = 0;
    }
    return ++this.#count > this.#perSecond ? 1 : 0;
  }
}
