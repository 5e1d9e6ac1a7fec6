import type { Clock } from "../clock.ts";
import type { Dialect } from "../service.ts";
import { aadError } from "./errors.ts";

/** Entra's answers outside its routes. */
export function entraDialect(clock: Clock): Dialect {
  return {
    unknownRoute: (request) => ({
      status: 501,
      body: {
        error: "not_implemented",
        error_description: `No local route ${request.method} ${request.url.pathname}.`,
      },
    }),
    malformedBody: () => aadError(clock, 400, "invalid_request", 90014, "The request is malformed.").reply,
    // Unconfirmed code and wording: clients go by the status and Retry-After.
    throttled: (_request, retryAfterSeconds) => ({
      status: 429,
      headers: { "retry-after": String(retryAfterSeconds) },
      body: { error: "temporarily_unavailable", error_description: "AADSTS90033: Too many requests." },
    }),
    failed: (_request, error) => ({
      status: 500,
      body: { error: "server_error", error_description: `AADSTS90033: ${error.message}` },
    }),
  };
}
