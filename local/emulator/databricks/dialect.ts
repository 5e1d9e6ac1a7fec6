import type { Dialect } from "../service.ts";
import { apiError } from "./errors.ts";
import { missingRoute } from "./missing-routes.ts";

/** The answer to a browser's path, with 200 as on the platform: a client must not take it for JSON. */
const signInPage = `<!doctype html>
<html><head><title>Databricks - Sign In</title></head>
<body><div id="login-page"><h1>Sign in to Databricks</h1><p>Local workspace</p></div></body></html>
`;

export const dialect: Dialect = {
  unknownRoute: ({ method, url }) => {
    if (/^\/(api|oidc|\.well-known)(\/|$)/.test(url.pathname)) {
      return apiError(501, "NOT_IMPLEMENTED", missingRoute(method, url.pathname)).reply;
    }
    return { status: 200, headers: { "content-type": "text/html; charset=utf-8" }, body: signInPage };
  },
  malformedBody: () =>
    apiError(
      400,
      "MALFORMED_REQUEST",
      "Invalid JSON given in the body of the request - failed to parse given JSON",
    ).reply,
  // The code is documented; the wording is unconfirmed.
  throttled: (_request, retryAfterSeconds) =>
    apiError(
      429,
      "REQUEST_LIMIT_EXCEEDED",
      "Current request has exceeded the rate limit of the workspace. Please retry later.",
      {
        "retry-after": String(retryAfterSeconds),
      },
    ).reply,
  failed: (_request, error) => apiError(500, "INTERNAL_ERROR", error.message).reply,
};
