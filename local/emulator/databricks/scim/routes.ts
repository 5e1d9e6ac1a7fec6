import { randomUUID } from "node:crypto";
import { ok } from "../../http/reply.ts";
import type { JsonObject, ServiceRequest } from "../../http/request.ts";
import type { Route } from "../../http/route.ts";
import { type DefineRoute, RawReply } from "../api-route.ts";
import { organisationId, type Principal } from "../principal.ts";
import { scimError } from "./error.ts";
import { listReply, selected } from "./list.ts";
import { patched } from "./patch.ts";
import type { PrincipalType, Registry } from "./registry.ts";

const base = "/api/2.0/preview/scim/v2";

/** One type of resource behind the same operations. */
interface Collection {
  all(): JsonObject[];
  get(id: string): JsonObject;
  create(given: JsonObject, caller: Principal): JsonObject | Promise<JsonObject>;
  change(id: string, given: JsonObject): void;
  delete(id: string): void;
}

/**
 * Source: https://docs.databricks.com/api/azure/workspace/users, …/groups and …/serviceprincipals. `addHome` makes the home folder that
 * every user and service principal has.
 */
export function scimRoutes(
  route: DefineRoute,
  registry: Registry,
  addHome: (principal: Principal) => Promise<void>,
): Route[] {
  const principals = (name: PrincipalType, userNameOf: (given: JsonObject) => string): Collection => ({
    all: () => registry.principals(name).map((each) => registry.showPrincipal(each)),
    get: (id) => registry.showPrincipal(registry.principal(name, id)),
    create: async (given, caller) => {
      const principal = registry.addPrincipal(name, userNameOf(given), given, caller);
      await addHome(principal);
      return registry.showPrincipal(principal);
    },
    change: (id, given) => {
      const principal = registry.principal(name, id);
      if (userNameOf({ applicationId: principal.userName, ...given }) !== principal.userName)
        throw scimError(400, `The name of ${principal.userName} cannot be changed.`, "mutability");
      registry.changePrincipal(principal, given);
    },
    delete: (id) => registry.removePrincipal(registry.principal(name, id)),
  });
  const groups: Collection = {
    all: () => registry.groups().map((each) => registry.showGroup(each)),
    get: (id) => registry.showGroup(registry.group(id)),
    create: (given, caller) => registry.showGroup(registry.addGroup(given, caller)),
    change: (id, given) => registry.changeGroup(registry.group(id), given),
    delete: (id) => registry.removeGroup(registry.group(id)),
  };
  return [
    route("GET", `${base}/Me`, "currentuser/me", (fields, caller) => {
      const { applicationId, ...shown } = registry.showPrincipal(caller);
      // A service principal is shown as a user, too, whose name is its application id.
      const me = applicationId
        ? { ...shown, schemas: ["urn:ietf:params:scim:schemas:core:2.0:User"], userName: applicationId }
        : shown;
      return new RawReply(ok(selected(me, fields), { "x-databricks-org-id": organisationId }));
    }),
    ...collectionRoutes(route, {
      Users: principals("Users", userName),
      Groups: groups,
      ServicePrincipals: principals("ServicePrincipals", applicationId),
    }),
  ];
}

/** The reference has the same six operations on a page for each type. */
function collectionRoutes(route: DefineRoute, collections: Record<string, Collection>): Route[] {
  const path = `${base}/{type=${Object.keys(collections).join("|")}}`;
  const collectionOf = (request: ServiceRequest) => collections[request.parameter("type")] as Collection;
  const idOf = (request: ServiceRequest) => request.parameter("id");
  return [
    route("GET", path, "users/list", (fields, _caller, request) =>
      listReply(collectionOf(request).all(), fields),
    ),
    route("POST", path, "users/create", async (fields, caller, request) => {
      const body = await collectionOf(request).create(fields.raw(), caller);
      return new RawReply({ status: 201, body });
    }),
    route("GET", `${path}/{id}`, "users/get", (fields, _caller, request) =>
      selected(collectionOf(request).get(idOf(request)), fields),
    ),
    route("PUT", `${path}/{id}`, "users/update", (fields, _caller, request) => {
      const [collection, id] = [collectionOf(request), idOf(request)];
      collection.change(id, fields.raw());
      return collection.get(id);
    }),
    route("PATCH", `${path}/{id}`, "users/patch", (fields, _caller, request) => {
      const [collection, id] = [collectionOf(request), idOf(request)];
      collection.change(id, patched(collection.get(id), fields.list("Operations")));
      return collection.get(id);
    }),
    route("DELETE", `${path}/{id}`, "users/delete", (_fields, _caller, request) => {
      collectionOf(request).delete(idOf(request));
      return new RawReply({ status: 204 });
    }),
  ];
}

function userName(given: JsonObject): string {
  const name = given.userName;
  if (typeof name === "string" && name) return name;
  throw scimError(400, "A user needs a userName.", "invalidValue");
}

/** That of an application in Entra ID, or a new one, with which the workspace manages the service principal itself. */
function applicationId(given: JsonObject): string {
  return typeof given.applicationId === "string" && given.applicationId ? given.applicationId : randomUUID();
}
