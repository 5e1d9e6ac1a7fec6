import { type Dialect, fieldsOf, textOf } from "../http/dialect.ts";
import type { RequestError, RequestErrorKind } from "../http/errors.ts";

const freshToken =
  "check that the token was made for this workspace and has not expired or been revoked (DatabricksCreateBearerToken makes a fresh one)";

/** https://docs.databricks.com/api/azure/workspace/introduction and the error mapping of Databricks' SDKs */
const kindsByCode: Record<string, RequestErrorKind> = {
  RESOURCE_DOES_NOT_EXIST: "notFound",
  RESOURCE_ALREADY_EXISTS: "conflict",
  PERMISSION_DENIED: "forbidden",
  MAX_NOTEBOOK_SIZE_EXCEEDED: "tooLarge",
  REQUEST_LIMIT_EXCEEDED: "throttled",
  RESOURCE_EXHAUSTED: "throttled",
  TEMPORARILY_UNAVAILABLE: "unavailable",
};

/** The errors of a workspace: those of its own API, of SCIM, of its OAuth endpoint, and of Azure's gateway in front of it. */
export const databricksDialect: Dialect = {
  readError(content) {
    const { error_code, error, message, detail, error_description } = fieldsOf(content);
    const inner = fieldsOf(error);
    return {
      errorCode: textOf(error_code, inner.code),
      message: textOf(
        message,
        inner.message,
        detail,
        error_description,
        typeof error === "string" ? error : undefined,
      ),
    };
  },

  kindOf({ errorCode = "", message = "" }) {
    // 400 is the answer for a cluster, job or run that is not there: only its message tells it from a wrong field.
    if (errorCode === "INVALID_PARAMETER_VALUE" && /does not exist/i.test(message)) return "notFound";
    return kindsByCode[errorCode];
  },

  advise(error) {
    if (isTokenRefused(error)) return freshToken;
    if (isIdentityUnknown(error))
      return "add the service principal to the workspace (Settings > Identity and access > Service principals) with the entitlement Workspace access";
    if (error.kind === "unreachable")
      return "check workspaceUrl (DATABRICKS_HOST), and that the agent's network, proxy and firewall let it through";
    return undefined;
  },
};

/*
 * Databricks answers 403 to a wrong token, to an identity that the workspace does not know, and to a missing permission alike: only the
 * message tells them apart (seen in databricks-sdk issues; the forms are not documented).
 */

function isTokenRefused({ kind, serverMessage = "" }: RequestError): boolean {
  return kind === "unauthorized" || (kind === "forbidden" && /token|credential/i.test(serverMessage));
}

function isIdentityUnknown({ kind, serverMessage = "" }: RequestError): boolean {
  return (
    kind === "forbidden" && /not authorized|not a member|unknown user|no(t)? .*workspace/i.test(serverMessage)
  );
}
