import { type Dialect, fieldsOf, textOf } from "../http/dialect.ts";
import type { RequestError, RequestErrorKind } from "../http/errors.ts";

/**
 * The error codes of the REST API whose status does not tell what happened.
 * https://learn.microsoft.com/rest/api/fabric/core/items/create-item and the pages of the other operations
 */
const kindsByCode: Record<string, RequestErrorKind> = {
  WorkspaceNotFound: "notFound",
  ItemNotFound: "notFound",
  EntityNotFound: "notFound",
  OperationNotFound: "notFound",
  ItemDisplayNameAlreadyInUse: "conflict",
  InsufficientPrivileges: "forbidden",
  InsufficientWorkspaceRole: "forbidden",
  MissingMinimalPermissions: "forbidden",
  InsufficientScopes: "forbidden",
  PrincipalTypeNotSupported: "forbidden",
  TokenExpired: "unauthorized",
  InvalidToken: "unauthorized",
  RequestBlocked: "throttled",
  TooManyRequestsForJobs: "throttled",
  TooManyRequestsForCapacity: "throttled",
};

/** The errors of the Fabric REST API: `{errorCode, message, requestId, isRetriable, moreDetails}`. */
export const fabricDialect: Dialect = {
  readError(content) {
    const fields = fieldsOf(content);
    const { errorCode, message, requestId, isRetriable, moreDetails } = fields;
    const details = (Array.isArray(moreDetails) ? moreDetails : [])
      .map((each) => textOf(fieldsOf(each).message))
      .filter((text) => text !== undefined && text !== message);
    const parts = [textOf(message, fieldsOf(fields.error).message), ...details].filter(Boolean);
    const request = typeof requestId === "string" ? ` (request ${requestId})` : "";
    return {
      errorCode: textOf(errorCode, fieldsOf(fields.error).code),
      message: parts.length === 0 && request === "" ? undefined : `${parts.join(" ")}${request}`,
      isRetriable: isRetriable === true,
    };
  },

  kindOf({ errorCode = "", isRetriable = false }, status) {
    const kind = kindsByCode[errorCode];
    if (kind !== undefined) return kind;
    // The capacity has no room for another Spark session.
    // https://learn.microsoft.com/fabric/data-engineering/spark-job-concurrency-and-queueing
    if (status === 430) return "throttled";
    // A refusal that passes by itself, such as of a name that a deleted item still holds: nothing took effect.
    return isRetriable && status < 500 ? "throttled" : undefined;
  },

  advise(error) {
    if (/Capacity\w*(NotActive|Paused|Suspended|Inactive)/i.test(error.errorCode ?? ""))
      return "resume the capacity of the workspace, or assign the workspace to another one";
    return adviceByKind[error.kind]?.(error);
  },
};

const adviceByKind: Partial<Record<RequestErrorKind, (error: RequestError) => string | undefined>> = {
  unauthorized: () =>
    "check that the service connection's application is in the tenant of the Fabric workspace, and that the tenant setting 'Service principals can call Fabric public APIs' is on",
  forbidden: ({ errorCode }) =>
    errorCode === "PrincipalTypeNotSupported"
      ? "this operation is not open to service principals; see docs/fabric.md"
      : "give the service connection's application the role Contributor in the workspace (Manage access), and check that the tenant setting 'Service principals can call Fabric public APIs' is on",
  throttled: ({ status, errorCode }) =>
    status === 430 || errorCode === "TooManyRequestsForCapacity"
      ? "run fewer notebooks at once, or use a larger capacity"
      : undefined,
  unreachable: () => "check that the agent's network, proxy and firewall let requests to Fabric through",
};
