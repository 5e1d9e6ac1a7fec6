/**
 * Limits how many works are under way that may each need much memory, which is not known beforehand: one at first, one more after each work
 * that needed little, and from the first work on that needed much only one.
 */
export class GrowingLimit {
  #most: number;
  #limit = 1;
  #underWay = 0;
  readonly #waiting: (() => void)[] = [];

  constructor(most: number) {
    this.#most = most;
  }

  /** Does the work as soon as the limit allows it. The work calls `needsMuch` if it turns out to need much memory. */
  async run<T>(work: (needsMuch: () => void) => Promise<T>): Promise<T> {
    await this.#turn();
    try {
      return await work(() => {
        this.#most = 1;
      });
    } finally {
      this.#underWay--;
      this.#limit = Math.min(this.#most, this.#limit + 1);
      this.#startNext();
    }
  }

  #turn(): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
      this.#startNext();
    });
  }

  #startNext(): void {
    while (this.#waiting.length > 0 && this.#underWay < Math.min(this.#limit, this.#most)) {
      this.#underWay++;
      this.#waiting.shift()!();
    }
  }
}
