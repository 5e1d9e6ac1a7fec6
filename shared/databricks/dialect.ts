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

/**
 * Failures that pass by themselves and do not come with a status that says so: the messages after which Databricks' SDKs repeat a request
 * (isTransientError in https://github.com/databricks/databricks-sdk-go/blob/main/apierr/errors.go, _is_retryable in
 * https://github.com/databricks/databricks-sdk-py/blob/main/databricks/sdk/_base_client.py). "Unexpected error" is left out, because it says
 * nothing about the failure.
 */
const kindsByMessage: readonly (readonly [text: string, kind: RequestErrorKind])[] = [
  ["RPC token bucket limit has been exceeded", "throttled"],
  ["UnknownWorkerEnvironmentException", "unavailable"],
  ["does not have any associated worker environments", "unavailable"],
  ["There is no worker environment with id", "unavailable"],
  ["Unknown worker environment", "unavailable"],
  ["ClusterNotReadyException", "unavailable"],
  ["Please try again later or try a faster operation.", "unavailable"],
];

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
    if (errorCode === "INVALID_PARAMETER_VALUE" && /does(?: not|n['’]t) exist/i.test(message))
      return "notFound";
    return kindsByMessage.find(([text]) => message.includes(text))?.[1] ?? kindsByCode[errorCode];
  },

  advise(error) {
    const tenants = tenantsOf(error);
    if (tenants)
      return `use a service connection whose application is in the workspace's tenant ${tenants.workspace}, because this one is in tenant ${tenants.token}`;
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

/**
 * The tenants of a workspace and of the Entra token that it refuses, whose issuer it compares. The message is not documented; it is the one that
 * users of a token of another tenant report.
 */
function tenantsOf({ serverMessage = "" }: RequestError): { workspace: string; token: string } | undefined {
  const tenant = "https://[\\w.]+/([0-9a-f-]{36})";
  const pattern = new RegExp(`Expected iss claim to be:? ${tenant}.*but was:? ${tenant}`, "i");
  const [, workspace, token] = pattern.exec(serverMessage) ?? [];
  return workspace === undefined || token === undefined ? undefined : { workspace, token };
}

function isTokenRefused({ kind, serverMessage = "" }: RequestError): boolean {
  return kind === "unauthorized" || (kind === "forbidden" && /token|credential/i.test(serverMessage));
}

function isIdentityUnknown({ kind, serverMessage = "" }: RequestError): boolean {
  return (
    kind === "forbidden" && /not authorized|not a member|unknown user|no(t)? .*workspace/i.test(serverMessage)
  );
}
