import { RequestError, type RequestErrorKind } from "./errors.ts";
import type { HttpRequest, Policy } from "./message.ts";
import { wait } from "./wait.ts";

interface RetryRule {
  /** Nothing took effect: a request that must not be sent twice may still be sent again. */
  harmless?: boolean;
  /** How often again at most; otherwise until the request's time is over. */
  atMost?: number;
}

/** Which failures pass by themselves. A kind that is not here never does. */
const rules: Partial<Record<RequestErrorKind, RetryRule>> = {
  throttled: { harmless: true },
  unavailable: {},
  unreachable: { harmless: true, atMost: 3 },
  interrupted: { atMost: 4 },
  timeout: { atMost: 2 },
  // A proxy in trouble answers in a service's place, mostly once.
  badAnswer: { atMost: 1 },
};

/** The one retry loop of the product: everything after it in the list of policies runs once per attempt. */
export const retry: Policy = async (request, next) => {
  const deadline = performance.now() + request.timeoutMs;
  let answered: RequestError | undefined;
  for (let attempt = 0; ; attempt++) {
    try {
      return await next({ ...request, timeoutMs: deadline - performance.now() });
    } catch (error) {
      if (!(error instanceof RequestError)) throw error;
      if (error.ambiguous) request.onDoubt?.();
      // Where the time ends in the middle of an attempt, what came back from the one before says more; but not of a request that
      // must not be sent twice, whose fate is open from then on.
      if (error.kind === "timeout" && performance.now() >= deadline)
        throw request.repeatable ? (answered ?? error) : error;
      answered = error;
      const delayMs = retryDelayMs(error, request, attempt);
      if (delayMs === undefined || performance.now() + delayMs > deadline) throw error;
      await wait(delayMs, request.signal).catch(() => {
        throw error; // cancelled while waiting: the last answer is the best explanation
      });
    }
  }
};

const firstBackoffMs = 500;
const longestBackoffMs = 10_000;

/** How long to wait before the next attempt (`attempt` counts from 0), or undefined where there is to be none. */
export function retryDelayMs(
  error: RequestError,
  request: Pick<HttpRequest, "repeatable">,
  attempt: number,
  random = Math.random(),
): number | undefined {
  const rule = rules[error.kind];
  if (rule === undefined || attempt >= (rule.atMost ?? Number.POSITIVE_INFINITY)) return undefined;
  if (!request.repeatable && !rule.harmless) return undefined;
  if (error.errorCode === "ENOTFOUND") return undefined; // the name does not exist: it will not in a second either
  if (error.retryAfterMs !== undefined) return error.retryAfterMs;
  return Math.min(longestBackoffMs, firstBackoffMs * 2 ** attempt) * (0.75 + random / 2);
}
