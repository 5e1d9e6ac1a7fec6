import type { Clock } from "../clock.ts";
import type { Dialect } from "../service.ts";
import { fabricError } from "./errors.ts";
import { requestBlocked } from "./quota.ts";

/** The answers of Fabric outside its routes. */
export function fabricDialect(clock: Clock): Dialect {
  return {
    unknownRoute: ({ method, url }) =>
      fabricError(501, "NotImplemented", `The local workspace has no route ${method} ${url.pathname}.`).reply,
    malformedBody: () => fabricError(400, "InvalidRequest", "The request body is not valid JSON").reply,
    throttled: (_request, retryAfterSeconds) =>
      requestBlocked(clock.now(), clock.now() + retryAfterSeconds * 1000).reply,
    failed: (_request, error) => fabricError(500, "UnknownError", error.message, { isRetriable: true }).reply,
  };
}
