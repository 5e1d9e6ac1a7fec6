/** For an attempt to make progress: to send what it has at the slowest speed that is taken for one, and then to receive something. */
const stallMs = 60_000;
const slowestBytesPerMs = 50;

/** The signal of one attempt: aborted when the caller aborts, or when nothing has come for too long. */
export class Attempt {
  readonly #controller = new AbortController();
  readonly #caller: AbortSignal;
  readonly #allowedMs: number;
  readonly #timer: NodeJS.Timeout;
  #isOutOfTime = false;
  #hasProgressed = false;

  constructor(caller: AbortSignal, bytesToSend: number) {
    this.#caller = caller;
    this.#allowedMs = stallMs + bytesToSend / slowestBytesPerMs;
    this.#timer = setTimeout(() => {
      this.#isOutOfTime = true;
      this.#controller.abort();
    }, this.#allowedMs);
    if (caller.aborted) this.#abort();
    else caller.addEventListener("abort", this.#abort, { once: true });
  }

  get abortSignal(): AbortSignal {
    return this.#controller.signal;
  }

  /** How long it had, if it ended because that time was over. */
  get timedOutMs(): number | undefined {
    return this.#isOutOfTime ? this.#allowedMs : undefined;
  }

  /** To be called whenever something has come. */
  progress(): void {
    this.#hasProgressed = true;
    this.#timer.refresh();
  }

  get hasProgressed(): boolean {
    return this.#hasProgressed;
  }

  end(): void {
    clearTimeout(this.#timer);
    this.#caller.removeEventListener("abort", this.#abort);
  }

  readonly #abort = () => this.#controller.abort();
}
