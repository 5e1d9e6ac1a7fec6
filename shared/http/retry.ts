import { RequestError } from "./errors.ts";
import type { Policy } from "./message.ts";
import { retryDelayMs } from "./retry-rules.ts";
import { wait } from "./wait.ts";

/**
 * Decides after a failed attempt, counted from 1, how long to pause before the next one. Undefined ends the attempts with that failure; a
 * strategy that knows an error which says more throws it.
 */
type RetryStrategy = (error: unknown, attempt: number) => number | undefined;

/**
 * The one retry loop of the product. A signal that aborts ends a pause at once; the last failure is then thrown, as it explains more than
 * the signal does.
 */
export async function withRetries<T>(
  act: (attempt: number) => Promise<T>,
  { pauseMs, signal }: { pauseMs: RetryStrategy; signal?: AbortSignal },
): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await act(attempt);
    } catch (error) {
      const delayMs = pauseMs(error, attempt);
      if (delayMs === undefined) throw error;
      await wait(delayMs, signal).catch(() => {
        throw error;
      });
    }
  }
}

/** A timer of Node may fire this much before its time by the clock of performance.now. */
const timerSlackMs = 10;

/** Repeats a request within its time: everything after this in the list of policies runs once per attempt. */
export const retry: Policy = (request, next) => {
  const deadline = performance.now() + request.timeoutMs;
  let answered: RequestError | undefined;
  return withRetries(() => next({ ...request, timeoutMs: deadline - performance.now() }), {
    signal: request.pauseSignal ?? request.signal,
    pauseMs(error, attempt) {
      if (!(error instanceof RequestError)) return undefined;
      if (error.ambiguous) request.onDoubt?.();
      // If the time ends in the middle of an attempt, the answer to the one before says more; but not of a request that must
      // not be sent twice, which from then on may have taken effect.
      if (error.kind === "timeout" && performance.now() >= deadline - timerSlackMs)
        throw request.repeatable ? (answered ?? error) : error;
      answered = error;
      const delayMs = retryDelayMs(error, request, attempt - 1);
      if (delayMs === undefined || performance.now() + delayMs > deadline) return undefined;
      request.onPause?.(error, delayMs);
      return delayMs;
    },
  });
};
