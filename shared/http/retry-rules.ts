import type { RequestError, RequestErrorKind } from "./errors.ts";
import type { HttpRequest } from "./message.ts";

interface RetryRule {
  /** Nothing took effect: a request that must not be sent twice may still be sent again. */
  harmless?: boolean;
  /** How often again at most; otherwise until the request's time is over. */
  atMost?: number;
}

/** The failures that pass by themselves. A kind that is not here never does. */
const rules: Partial<Record<RequestErrorKind, RetryRule>> = {
  throttled: { harmless: true },
  unavailable: {},
  unreachable: { harmless: true, atMost: 3 },
  interrupted: { atMost: 4 },
  timeout: { atMost: 2 },
  // A proxy in trouble answers in a service's place, mostly once.
  badAnswer: { atMost: 1 },
};

const firstBackoffMs = 500;
const longestBackoffMs = 10_000;

/** How long to pause before the next attempt of a request, or undefined if there must be none. `attempt` counts from 0. */
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
