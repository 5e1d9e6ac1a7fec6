/** What an attempt learned about the service's own limit. */
export interface Throttling {
  /** How long the service asks to wait, if it does. */
  retryAfterMs?: number;
}

/**
 * Limits how many requests are under way to what a service accepts, which nobody knows beforehand. Each success raises the limit by its
 * reciprocal, so that a round of successes raises it by one. A refusal halves it, and nothing starts until the time that the service asks
 * to wait is over. The refusals of requests that started before the limit was last halved say nothing new and do not halve it again.
 */
export class AdaptiveLimit {
  readonly #most: number;
  #limit: number;
  #underWay = 0;
  /** Counts the halvings, by which an attempt knows whether the limit was halved since it began. */
  #halvings = 0;
  #notBefore = 0;
  readonly #waiting: (() => void)[] = [];
  #timer: NodeJS.Timeout | undefined;

  /** @param most the limit at the beginning, and never more */
  constructor(most: number) {
    this.#most = most;
    this.#limit = most;
  }

  /**
   * Makes one attempt as soon as the limit allows it.
   * @param throttling tells a refusal by the service's limit from other failures, for which it returns undefined
   */
  async run<T>(
    attempt: () => Promise<T>,
    throttling: (error: unknown) => Throttling | undefined,
  ): Promise<T> {
    await this.#turn();
    const halvings = this.#halvings;
    try {
      const result = await attempt();
      this.#limit = Math.min(this.#most, this.#limit + 1 / this.#limit);
      return result;
    } catch (error) {
      const refusal = throttling(error);
      if (refusal) this.#slowDown(refusal, halvings);
      throw error;
    } finally {
      this.#underWay--;
      this.#startNext();
    }
  }

  #slowDown({ retryAfterMs = 0 }: Throttling, halvings: number): void {
    this.#notBefore = Math.max(this.#notBefore, performance.now() + retryAfterMs);
    if (halvings !== this.#halvings) return;
    this.#halvings++;
    this.#limit = Math.max(1, this.#limit / 2);
  }

  #turn(): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
      this.#startNext();
    });
  }

  #startNext(): void {
    const pauseMs = this.#notBefore - performance.now();
    if (this.#waiting.length > 0 && pauseMs > 0) {
      this.#timer ??= setTimeout(() => {
        this.#timer = undefined;
        this.#startNext();
      }, pauseMs);
      return;
    }
    while (this.#waiting.length > 0 && this.#underWay + 1 <= this.#limit) {
      this.#underWay++;
      this.#waiting.shift()!();
    }
  }
}
