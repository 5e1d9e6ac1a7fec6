import type { Dialect } from "../service.ts";
import { notEmulated, storageError } from "./errors.ts";
import { withCommonHeaders } from "./route.ts";

/** Answers outside the routes. */
export const oneLakeDialect: Dialect = {
  unknownRoute: (request) => withCommonHeaders(request, notEmulated(request)),
  malformedBody: (request) =>
    storageError(request, 400, "InvalidInput", "One of the request inputs is not valid.").reply,
  throttled: (request, retryAfterSeconds) =>
    storageError(request, 503, "ServerBusy", "The server is busy.", {
      headers: { "retry-after": String(retryAfterSeconds) },
    }).reply,
  failed: (request, error) => storageError(request, 500, "InternalError", error.message).reply,
};
