import type { Dialect } from "../service.ts";
import { fabricError } from "./errors.ts";

/** The answers of Fabric outside its routes. */
export const fabricDialect: Dialect = {
  unknownRoute: ({ method, url }) =>
    fabricError(501, "NotImplemented", `The local workspace has no route ${method} ${url.pathname}.`).reply,
  malformedBody: () => fabricError(400, "InvalidRequest", "The request body is not valid JSON").reply,
  throttled: (_request, retryAfterSeconds) => throttled(retryAfterSeconds).reply,
  failed: (_request, error) => fabricError(500, "UnknownError", error.message, { isRetriable: true }).reply,
};

/** Source: https://learn.microsoft.com/rest/api/fabric/articles/throttling */
export const throttled = (retryAfterSeconds: number) =>
  fabricError(
    429,
    "RequestBlocked",
    "Request is blocked by the upstream service until the time given in the header Retry-After",
    { headers: { "retry-after": String(retryAfterSeconds) }, isRetriable: true },
  );
