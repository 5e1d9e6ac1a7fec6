import { ok } from "../http/reply.ts";
import type { Route } from "../http/route.ts";
import { type DefineRoute, RawReply } from "./api-route.ts";

/** The id of the workspace in links and answers. */
export const organisationId = "7405605812345678";

/** Source: https://docs.databricks.com/api/azure/workspace/currentuser/me */
export function scimRoutes(route: DefineRoute): Route[] {
  return [
    route("GET", "/api/2.0/preview/scim/v2/Me", "currentuser/me", (_fields, caller) => {
      const me = {
        schemas: ["urn:ietf:params:scim:schemas:core:2.0:User"],
        id: caller.id,
        userName: caller.userName,
        displayName: caller.displayName,
        active: true,
        ...(caller.kind === "user"
          ? { emails: [{ type: "work", value: caller.userName, primary: true }] }
          : {}),
        groups: [{ display: "users", type: "direct", value: "1", $ref: "Groups/1" }],
      };
      return new RawReply(ok(me, { "x-databricks-org-id": organisationId }));
    }),
  ];
}
