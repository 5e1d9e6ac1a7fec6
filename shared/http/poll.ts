import { RequestError } from "./errors.ts";
import { wait } from "./wait.ts";

interface PollOptions<T> {
  /** Asks once. A RequestError with a Retry-After does not end the waiting: the next check comes after that time. */
  check: () => Promise<T>;
  done: (value: T) => boolean;
  /** Called after each answer that is not the last one. */
  onTick?: (value: T, elapsedMs: number) => void;
  timeoutMs: number;
  signal?: AbortSignal;
  /** How long the service asked to wait before the first check; it is made at once unless given. */
  firstCheckAfterMs?: number;
  firstDelayMs?: number;
  /** Unless given, 1.2 s in the first ten minutes and then 5 s. */
  maxDelayMs?: number;
  /** A wait that the answer itself asks for, instead of one that grows: the end is then seen within that time. */
  retryAfterMs?: (value: T) => number | undefined;
}

/** How the waiting ended. Time-out and abort are results too: the caller decides what they mean. */
type PollResult<T> =
  | { state: "done"; value: T; elapsedMs: number }
  | { state: "timedOut"; value?: T; elapsedMs: number }
  | { state: "aborted"; value?: T; elapsedMs: number };

/** The next wait as a part of the time waited so far. */
const delayPerElapsed = 0.1;

const shortRunMs = 600_000;
const maxDelayOfShortRunMs = 1_200;
const maxDelayOfLongRunMs = 5_000;

/**
 * Asks until `done`: each wait is a tenth of the time so far, at least `firstDelayMs` and at most `maxDelayMs`. With the defaults, and requests
 * that take 0.2 s, an end is noticed within 1 s on average if it comes in the first ten minutes, and within 3 s if it comes later. Ten minutes
 * cost some 510 requests, each further hour 720.
 */
export async function poll<T>(options: PollOptions<T>): Promise<PollResult<T>> {
  const { signal, timeoutMs, firstDelayMs = 500 } = options;
  const start = performance.now();
  const elapsedMs = () => Math.round(performance.now() - start);
  let value: T | undefined;
  const { firstCheckAfterMs = 0 } = options;
  if (firstCheckAfterMs > timeoutMs) return { state: "timedOut", elapsedMs: 0 };
  if (firstCheckAfterMs > 0) await wait(firstCheckAfterMs, signal).catch(() => undefined);
  for (;;) {
    if (signal?.aborted) return { state: "aborted", value, elapsedMs: elapsedMs() };
    let requestedMs: number | undefined;
    let isPaced = false;
    try {
      value = await options.check();
      if (options.done(value)) return { state: "done", value, elapsedMs: elapsedMs() };
      requestedMs = options.retryAfterMs?.(value);
      isPaced = requestedMs !== undefined;
      options.onTick?.(value, elapsedMs());
    } catch (error) {
      if (signal?.aborted) return { state: "aborted", value, elapsedMs: elapsedMs() };
      if (!(error instanceof RequestError) || error.retryAfterMs === undefined) throw error;
      requestedMs = error.retryAfterMs;
    }
    const maxDelayMs =
      options.maxDelayMs ?? (elapsedMs() < shortRunMs ? maxDelayOfShortRunMs : maxDelayOfLongRunMs);
    const delayMs = Math.max(isPaced ? 0 : Math.min(elapsedMs() * delayPerElapsed, maxDelayMs), firstDelayMs);
    const nextMs = Math.max(delayMs, requestedMs ?? 0);
    const leftMs = timeoutMs - elapsedMs();
    // The server would refuse an earlier request, so a wait beyond the deadline ends the waiting now.
    if (leftMs <= 0 || (requestedMs ?? 0) > leftMs)
      return { state: "timedOut", value, elapsedMs: elapsedMs() };
    await wait(Math.min(nextMs, leftMs), signal).catch(() => undefined); // an abort is seen at the top
  }
}
