import { Refusal, type Reply } from "../http/reply.ts";
import type { ServiceRequest } from "../http/request.ts";
import type { Dialect } from "../service.ts";

/** Azure DevOps words every refusal as a serialised exception; clients show `message` and branch on `typeKey`. */
export function exception(status: number, typeKey: string, message: string): Reply {
  return {
    status,
    body: {
      $id: "1",
      innerException: null,
      message,
      typeName: `Microsoft.VisualStudio.Services.${typeKey}, Microsoft.VisualStudio.Services.WebApi`,
      typeKey,
      errorCode: 0,
      eventId: 3000,
    },
  };
}

export function refuse(status: number, typeKey: string, message: string): never {
  throw new Refusal(exception(status, typeKey, message));
}

export const azureDevOpsDialect: Dialect = {
  unknownRoute: (request) =>
    exception(
      501,
      "NotImplementedException",
      `The local workspace has no ${request.method} ${request.url.pathname} of Azure DevOps.`,
    ),
  malformedBody: () =>
    exception(400, "VssPropertyValidationException", "The request's body is not a JSON object."),
  throttled: (_request: ServiceRequest, retryAfterSeconds: number) => ({
    ...exception(
      429,
      "RequestBlockedException",
      "TF400733: The request has been canceled: Request was blocked.",
    ),
    headers: { "Retry-After": String(retryAfterSeconds) },
  }),
  failed: (_request, error) => exception(500, "VssServiceException", error.message),
};
