import { RequestError } from "../http/errors.ts";
import { poll } from "../http/poll.ts";
import type { Journal } from "../task/host.ts";
import { couldNot } from "../text/could-not.ts";

/**
 * How long a request may take effect after an answer that left that open, or after the end of the step that sent it. No service documents
 * a limit. 30 s is what a gateway such as Azure Front Door gives a service before it answers 504 itself, so that a service which works
 * within its gateway's limit has done so by then. https://learn.microsoft.com/azure/frontdoor/troubleshoot-issues
 */
const lateEffectMs = 30_000;
/** The part of that time for which a step looks before it creates the thing again. The post-job step looks for the rest of it. */
export const lookBeforeNextMs = 10_000;

interface State {
  /** Sent, with no answer yet. */
  underWay: number;
  /** Ended with no clear answer, and no effect of theirs was seen. */
  doubtful: number;
  /** When the newest of the doubtful ones ended: milliseconds since 1970, by the agent's clock. */
  sinceMs: number;
}

/**
 * Counts the requests of a step that may create something that the step does not know. The count is kept in the journal, so that the
 * post-job step knows how many things to look for, and for how long, also if the step was killed.
 */
export class OpenRequests {
  readonly #state: State;

  readonly #journal: Journal;
  readonly #key: string;

  constructor(journal: Journal, key: string) {
    this.#journal = journal;
    this.#key = key;
    const written = journal.read(key);
    this.#state = written ? JSON.parse(written) : { underWay: 0, doubtful: 0, sinceMs: 0 };
  }

  /** Whether something that the step does not know may still appear. */
  get any(): boolean {
    return this.#state.underWay + this.#state.doubtful > 0;
  }

  /**
   * Throws if the post-job stage of the step has begun. Call it before a creation, which nobody would remove any more, and after one, which
   * this stage must then undo itself.
   */
  requireRunningStep(): void {
    if (this.#journal.isOver())
      throw new Error(
        couldNot(
          "create anything more in this step",
          "its post-job step has begun, because the job was cancelled",
          "start the pipeline again if that was not intended",
        ),
      );
  }

  /**
   * Sends a request that creates at most one thing, however often it is sent: its success settles all earlier attempts.
   * @param send gets a function to call for each attempt that may still take effect, if it makes several
   * @param count of requests that it sends, if it makes several things
   */
  async track<T>(send: (onDoubt: () => void) => Promise<T>, count = 1): Promise<T> {
    let isDoubtful = false;
    this.requireRunningStep();
    this.#change({ underWay: count });
    try {
      const answer = await send(() => {
        isDoubtful = true;
      });
      isDoubtful = false;
      return answer;
    } catch (error) {
      isDoubtful ||= error instanceof RequestError && error.ambiguous;
      throw error;
    } finally {
      this.#change({ underWay: -count });
      if (isDoubtful) this.doubt();
    }
  }

  /** From now on, one more thing may appear. */
  doubt(): void {
    this.#state.sinceMs = Date.now();
    this.#change({ doubtful: 1 });
  }

  /** So many of the things that might appear were found. */
  seen(count: number): void {
    const doubtful = Math.min(count, this.#state.doubtful);
    this.#change({ doubtful: -doubtful, underWay: -Math.min(count - doubtful, this.#state.underWay) });
  }

  /**
   * Looks for new things at once and, while something may still appear, again after pauses of 1 s to 3 s.
   * @param look returns how many things it found that no clear answer had named
   */
  async settle(look: () => Promise<number>): Promise<void> {
    const now = Date.now();
    const { underWay, sinceMs } = this.#state;
    const leftMs = (underWay > 0 ? now : Math.min(sinceMs, now)) + lateEffectMs - now;
    let failure: unknown;
    await poll({
      check: async () => {
        failure = undefined;
        await look().then(
          (found) => this.seen(found),
          (error: unknown) => {
            failure = error; // a later look may mend it
          },
        );
      },
      done: () => !this.any,
      timeoutMs: Math.max(0, leftMs),
      firstDelayMs: 1_000,
      maxDelayMs: 3_000,
    });
    if (failure !== undefined) throw failure;
  }

  #change({ underWay = 0, doubtful = 0 }: Partial<State>): void {
    this.#state.underWay = Math.max(0, this.#state.underWay + underWay);
    this.#state.doubtful += doubtful;
    this.#journal.write(this.#key, this.any ? JSON.stringify(this.#state) : "");
  }
}
