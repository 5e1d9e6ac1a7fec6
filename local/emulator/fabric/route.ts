import { randomUUID } from "node:crypto";
import type { Application } from "../entra/directory.ts";
import type { Reply } from "../http/reply.ts";
import type { ServiceRequest } from "../http/request.ts";
import type { Route } from "../http/route.ts";

const reference = "https://learn.microsoft.com/rest/api/fabric";

/** The answer of an operation that returns nothing. fabric-cicd relies on the content type. */
export const done: Reply = { status: 200, headers: { "content-type": "application/octet-stream" } };

type Operation = (request: ServiceRequest, caller: Application) => Reply | Promise<Reply>;

export type DefineRoute = (
  method: Route["method"],
  path: string,
  page: string,
  operation: Operation,
) => Route;

/** Defines routes below `/v1` that authenticate the caller first. `page` is the operation's page in the REST reference. */
export function authenticatedRoutes(
  callerOf: (request: ServiceRequest) => Promise<Application>,
): DefineRoute {
  const callers = new WeakMap<ServiceRequest, Promise<Application>>();
  const admit = (request: ServiceRequest) => {
    const caller = callers.get(request) ?? callerOf(request);
    callers.set(request, caller);
    return caller;
  };
  return (method, path, page, operation) => ({
    method,
    path: `/v1${path}`,
    source: `${reference}/${page}`,
    admit,
    handle: async (request) => {
      const reply = await operation(request, await admit(request));
      return { ...reply, headers: { requestid: randomUUID(), ...reply.headers } };
    },
  });
}
