import type { Route } from "../http/route.ts";
import type { DefineRoute } from "./api-route.ts";
import { invalidParameter } from "./errors.ts";
import type { Fields } from "./fields.ts";
import type { Principal } from "./principal.ts";

interface Grant {
  principal: string;
  field: "user_name" | "group_name" | "service_principal_name";
  level: string;
}

const types = ["clusters", "instance-pools", "jobs", "notebooks", "directories", "cluster-policies"];

/**
 * Access control lists of objects: kept and shown. The local workspace enforces one of them, an instance pool's "Can Attach To".
 * Source: https://docs.databricks.com/api/azure/workspace/permissions
 */
export function permissionRoutes(route: DefineRoute, admin: Principal): Route[] {
  const lists = new Map<string, Grant[]>();
  const path = `/api/2.0/permissions/{type=${types.join("|")}}/{id}`;
  const show = (type: string, id: string) => ({
    object_id: `/${type}/${id}`,
    object_type: type.replace(/ies$/, "y").replace(/s$/, ""),
    access_control_list: [
      { principal: admin.userName, field: "user_name", level: "CAN_MANAGE" } satisfies Grant,
      ...(lists.get(`${type}/${id}`) ?? []),
    ].map(({ principal, field, level }) => ({
      [field]: principal,
      all_permissions: [{ permission_level: level, inherited: false }],
    })),
  });
  const change = (method: "PUT" | "PATCH", page: string) =>
    route(method, path, page, (fields, _caller, request) => {
      const [type, id] = [request.parameter("type"), request.parameter("id")];
      const given = fields.objects("access_control_list").map(readGrant);
      const kept = method === "PUT" ? [] : (lists.get(`${type}/${id}`) ?? []);
      const untouched = kept.filter((old) => !given.some((grant) => grant.principal === old.principal));
      lists.set(`${type}/${id}`, [...untouched, ...given]);
      return show(type, id);
    });
  return [
    route("GET", path, "permissions/get", (_fields, _caller, request) =>
      show(request.parameter("type"), request.parameter("id")),
    ),
    change("PUT", "permissions/set"),
    change("PATCH", "permissions/update"),
  ];
}

function readGrant(fields: Fields): Grant {
  for (const field of ["user_name", "group_name", "service_principal_name"] as const) {
    const principal = fields.string(field);
    if (principal) return { principal, field, level: fields.requiredString("permission_level") };
  }
  throw invalidParameter(
    "Each entry of access_control_list needs user_name, group_name or service_principal_name.",
  );
}
