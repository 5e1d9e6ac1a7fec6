import { RequestError } from "./errors.ts";
import { wait } from "./wait.ts";

export interface PollOptions<T> {
  /** Asks once. A RequestError that says when to ask again is not an end: its Retry-After is honoured. */
  check: () => Promise<T>;
  done: (value: T) => boolean;
  /** Called after each answer that is not the last one. */
  onTick?: (value: T, elapsedMs: number) => void;
  timeoutMs: number;
  signal?: AbortSignal;
  firstDelayMs?: number;
  maxDelayMs?: number;
  /** A wait that the answer itself asks for. */
  retryAfterMs?: (value: T) => number | undefined;
}

/** How the waiting ended. Time-out and abort are results too: what they mean is the caller's to say. */
export type PollResult<T> =
  | { state: "done"; value: T; elapsedMs: number }
  | { state: "timedOut"; value?: T; elapsedMs: number }
  | { state: "aborted"; value?: T; elapsedMs: number };

/** Of the time waited so far: how much longer to wait for the next answer. */
const share = 0.1;

/**
 * Asks until `done`: each wait is a tenth of the time so far, at least `firstDelayMs` and at most `maxDelayMs`, so that an end is noticed
 * within a tenth of what it took. With the defaults (0.5 s to 10 s) a run of two minutes costs some 43 requests, each further hour 360.
 */
export async function poll<T>(options: PollOptions<T>): Promise<PollResult<T>> {
  const { signal, timeoutMs, firstDelayMs = 500, maxDelayMs = 10_000 } = options;
  const start = performance.now();
  const elapsedMs = () => Math.round(performance.now() - start);
  let value: T | undefined;
  for (;;) {
    if (signal?.aborted) return { state: "aborted", value, elapsedMs: elapsedMs() };
    let askedMs: number | undefined;
    try {
      value = await options.check();
      if (options.done(value)) return { state: "done", value, elapsedMs: elapsedMs() };
      askedMs = options.retryAfterMs?.(value);
      options.onTick?.(value, elapsedMs());
    } catch (error) {
      if (signal?.aborted) return { state: "aborted", value, elapsedMs: elapsedMs() };
      if (!(error instanceof RequestError) || error.retryAfterMs === undefined) throw error;
      askedMs = error.retryAfterMs;
    }
    const delayMs = Math.min(Math.max(elapsedMs() * share, firstDelayMs), maxDelayMs);
    const nextMs = Math.max(delayMs, askedMs ?? 0);
    const leftMs = timeoutMs - elapsedMs();
    // Asking before the server wants it would only be refused, so a wait beyond the deadline ends it now.
    if (leftMs <= 0 || (askedMs ?? 0) > leftMs) return { state: "timedOut", value, elapsedMs: elapsedMs() };
    await wait(Math.min(nextMs, leftMs), signal).catch(() => undefined); // an abort is seen at the top
  }
}
