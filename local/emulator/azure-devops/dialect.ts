import { ok, Refusal, type Reply } from "../http/reply.ts";
import type { ServiceRequest } from "../http/request.ts";
import type { Dialect } from "../service.ts";

/** An error of Azure DevOps is a serialised exception: clients show `message` and branch on `typeKey`. */
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

const largestPage = 1000;

/** How Azure DevOps answers a list. */
export function collection(value: unknown[]): Reply {
  return ok({ count: value.length, value });
}

/** The part of a list that `$skip` and `$top` ask for; by default all of it. */
export function pageOf<T>(items: readonly T[], request: ServiceRequest): T[] {
  const [skip, top] = ["$skip", "$top"].map((name) => {
    const given = request.query.get(name);
    if (given !== null && !/^\d+$/.test(given)) {
      refuse(400, "VssPropertyValidationException", `The query's ${name} '${given}' is not a whole number.`);
    }
    return given === null ? undefined : Number(given);
  });
  const from = skip ?? 0;
  return items.slice(from, top === undefined ? undefined : from + top);
}

/** The page of a list whose continuation token is the number of the next page's first item. */
export function continuedPage<T>(
  items: readonly T[],
  request: ServiceRequest,
  bodyOf: (item: T) => unknown,
): Reply {
  const from = Number(request.query.get("continuationToken") ?? 0);
  const to = from + Number(request.query.get("$top") ?? largestPage);
  if (!Number.isInteger(from) || !Number.isInteger(to)) {
    refuse(
      400,
      "InvalidContinuationTokenException",
      "The query's continuationToken or $top is not a number.",
    );
  }
  const reply = collection(items.slice(from, to).map(bodyOf));
  return to < items.length ? { ...reply, headers: { "x-ms-continuationtoken": String(to) } } : reply;
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
