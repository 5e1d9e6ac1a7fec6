import { ok, type Reply } from "../http/reply.ts";
import type { ServiceRequest } from "../http/request.ts";
import type { Route } from "../http/route.ts";
import type { Authentication } from "./authentication.ts";
import { Fields } from "./fields.ts";
import type { Principal } from "./principal.ts";

const reference = "https://docs.databricks.com/api/azure/workspace";

/** Carries out one operation. Returns the JSON object of the answer, or a whole reply. */
type Operation = (
  fields: Fields,
  caller: Principal,
  request: ServiceRequest,
) => object | RawReply | Promise<object | RawReply>;

/** An answer that is not plain JSON with status 200. */
export class RawReply {
  readonly reply: Reply;
  constructor(reply: Reply) {
    this.reply = reply;
  }
}

export type DefineRoute = (
  method: Route["method"],
  path: string,
  page: string,
  operation: Operation,
) => Route;

/** Defines routes that authenticate the caller before the operation runs. `page` is its page in the REST reference. */
export function authenticatedRoutes(authentication: Authentication): DefineRoute {
  const callers = new WeakMap<ServiceRequest, Promise<Principal>>();
  const callerOf = (request: ServiceRequest): Promise<Principal> => {
    const caller = callers.get(request) ?? authentication.callerOf(request);
    callers.set(request, caller);
    return caller;
  };
  return (method, path, page, operation) => ({
    method,
    path,
    source: page.startsWith("https://") ? page : `${reference}/${page}`,
    admit: callerOf,
    handle: async (request) => {
      const caller = await callerOf(request);
      const answer = await operation(Fields.of(request), caller, request);
      return answer instanceof RawReply ? answer.reply : ok(answer);
    },
  });
}
