import { randomUUID } from "node:crypto";
import type { Application } from "../entra/directory.ts";
import { Refusal, type Reply } from "../http/reply.ts";
import type { ServiceRequest } from "../http/request.ts";
import type { Route } from "../http/route.ts";
import { dropContent } from "./content.ts";
import { invalidHeader, storageError } from "./errors.ts";
import type { OneLakeItems, OneLakeWorkspace } from "./items.ts";
import { findPath, findWorkspace, type ItemPath } from "./paths.ts";

/** A request whose caller may make it. */
export interface Call {
  readonly request: ServiceRequest;
  readonly caller: Application;
  readonly workspace: OneLakeWorkspace;
  /** A path below the workspace; by default that of the request's URL. */
  path(given?: string): ItemPath;
}

export type DefineRoute = (
  method: Route["method"],
  path: string,
  page: string,
  access: "read" | "write",
  operation: (call: Call) => Reply | Promise<Reply>,
) => Route;

const reference = "https://learn.microsoft.com/rest/api/storageservices/";

/**
 * Defines routes below a workspace that authenticate and authorize the caller before the operation runs. Their paths may begin with the
 * account, as those of storage emulators do: some SDKs expect that of `localhost`
 * (https://learn.microsoft.com/azure/storage/common/storage-connect-azurite#urls).
 */
export function storageRoutes(
  items: OneLakeItems,
  authenticate: (request: ServiceRequest) => Promise<Application>,
): DefineRoute {
  const callers = new WeakMap<ServiceRequest, Promise<Application>>();
  const callerOf = (request: ServiceRequest): Promise<Application> => {
    const caller = callers.get(request) ?? authenticate(request);
    callers.set(request, caller);
    return caller;
  };
  const inTurn = oneAtATime();
  return (method, path, page, access, operation) => ({
    method,
    path,
    source: page.startsWith("https://") ? page : reference + page,
    admit: callerOf,
    handle: async (request) => {
      try {
        requireVersion(request);
        const caller = await callerOf(request);
        const workspace = findWorkspace(request, items);
        requireAccess(request, items.access(workspace, caller.objectId), access);
        requireActiveCapacity(request, workspace);
        const find = (given = request.parameters.path ?? "") => findPath(request, items, workspace, given);
        const answer = async () => operation({ request, caller, workspace, path: find });
        const isConditional =
          access === "write" && conditions.some((name) => request.header(name) !== undefined);
        return withCommonHeaders(request, await (isConditional ? inTurn(answer) : answer()));
      } catch (error) {
        if (error instanceof Refusal) throw new Refusal(withCommonHeaders(request, error.reply));
        throw error;
      } finally {
        await dropContent(request);
      }
    },
  });
}

/** Those by which one of several writers wins: nothing may happen between the check and the write. */
const conditions = ["if-match", "if-none-match"];

function oneAtATime(): <T>(work: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const result = last.then(work);
    last = result.catch(() => undefined);
    return result;
  };
}

function requireVersion(request: ServiceRequest): void {
  const version = request.header("x-ms-version");
  if (version !== undefined && !/^\d{4}-\d{2}-\d{2}$/.test(version))
    throw invalidHeader(request, "x-ms-version");
}

function requireAccess(
  request: ServiceRequest,
  access: ReturnType<OneLakeItems["access"]>,
  needed: "read" | "write",
): void {
  if (access === "write" || access === needed) return;
  const message = "This request is not authorized to perform this operation using this permission.";
  throw storageError(request, 403, "AuthorizationPermissionMismatch", message);
}

/** With the status and code of Fabric's REST API; those of OneLake itself are not documented. */
function requireActiveCapacity(request: ServiceRequest, { isPaused }: OneLakeWorkspace): void {
  if (!isPaused) return;
  const message = "The capacity of the workspace is not active."; // unconfirmed wording
  throw storageError(request, 404, "CapacityNotActive", message);
}

/** Headers that OneLake ignores, and names in its answer: https://learn.microsoft.com/fabric/onelake/onelake-api-parity */
const rejectedHeaders = [
  "x-ms-owner",
  "x-ms-group",
  "x-ms-permissions",
  "x-ms-acl",
  "x-ms-acls",
  "x-ms-encryption-key",
  "x-ms-encryption-key-sha256",
  "x-ms-encryption-algorithm",
  "x-ms-encryption-scope",
  "x-ms-access-tier",
];

/** Adds what every answer has: https://learn.microsoft.com/rest/api/storageservices/common-rest-api-operations-response-headers */
export function withCommonHeaders(request: ServiceRequest, reply: Reply): Reply {
  const clientId = request.header("x-ms-client-request-id");
  const rejected = rejectedHeaders.filter((name) => request.header(name) !== undefined);
  return {
    ...reply,
    headers: {
      "x-ms-request-id": randomUUID(),
      "x-ms-version": request.header("x-ms-version") ?? "2021-06-08",
      ...(clientId && clientId.length <= 1024 ? { "x-ms-client-request-id": clientId } : {}),
      ...(rejected.length > 0 ? { "x-ms-rejected-headers": rejected.join(",") } : {}),
      ...reply.headers,
    },
  };
}
