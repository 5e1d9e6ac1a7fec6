import { randomUUID } from "node:crypto";
import type { Clock } from "../clock.ts";
import { Refusal } from "../http/reply.ts";

/**
 * An error in Entra's form, with the AADSTS code that Entra's reference lists.
 * Source: https://learn.microsoft.com/entra/identity-platform/reference-error-codes
 */
export function aadError(
  clock: Clock,
  status: number,
  error: string,
  code: number,
  message: string,
): Refusal {
  const traceId = randomUUID();
  const correlationId = randomUUID();
  const timestamp = `${new Date(clock.now()).toISOString().slice(0, 19).replace("T", " ")}Z`;
  return new Refusal({
    status,
    headers: { "x-ms-request-id": traceId },
    body: {
      error,
      error_description: `AADSTS${code}: ${message} Trace ID: ${traceId} Correlation ID: ${correlationId} Timestamp: ${timestamp}`,
      error_codes: [code],
      timestamp,
      trace_id: traceId,
      correlation_id: correlationId,
      error_uri: `https://login.microsoftonline.com/error?code=${code}`,
    },
  });
}
