/** Limits how many bytes are in memory at once, in the order of the requests. Something larger than all of it gets its turn alone. */
export class ByteBudget {
  readonly #most: number;
  #used = 0;
  readonly #waiting: { bytes: number; start: () => void }[] = [];

  constructor(mostBytes: number) {
    this.#most = mostBytes;
  }

  /** Waits for the bytes. @returns gives them back */
  async take(bytes: number): Promise<() => void> {
    await new Promise<void>((start) => {
      this.#waiting.push({ bytes, start });
      this.#startNext();
    });
    return () => {
      this.#used -= bytes;
      this.#startNext();
    };
  }

  #startNext(): void {
    for (let next = this.#waiting[0]; next !== undefined; next = this.#waiting[0]) {
      if (this.#used > 0 && this.#used + next.bytes > this.#most) return;
      this.#waiting.shift();
      this.#used += next.bytes;
      next.start();
    }
  }
}
