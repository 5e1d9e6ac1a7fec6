import type { Route } from "../http/route.ts";
import type { DefineRoute } from "./api-route.ts";
import { doesNotExist, invalidParameter } from "./errors.ts";
import type { Fields } from "./fields.ts";
import type { Principal } from "./principal.ts";

interface Grant {
  principal: string;
  field: "user_name" | "group_name" | "service_principal_name";
  level: string;
}

/** The permissions that an object can have, by its type in the path. Source: https://docs.databricks.com/api/azure/workspace/permissions */
const levels = {
  clusters: ["CAN_ATTACH_TO", "CAN_RESTART", "CAN_MANAGE"],
  "instance-pools": ["CAN_ATTACH_TO", "CAN_MANAGE"],
  jobs: ["CAN_VIEW", "CAN_MANAGE_RUN", "IS_OWNER", "CAN_MANAGE"],
  notebooks: ["CAN_READ", "CAN_RUN", "CAN_EDIT", "CAN_MANAGE"],
  directories: ["CAN_READ", "CAN_RUN", "CAN_EDIT", "CAN_MANAGE"],
  "cluster-policies": ["CAN_USE"],
} as const;
type ObjectType = keyof typeof levels;

/** Finds an object that can have permissions. `creator` is undefined if the workspace had it when it started. */
export type FindObject = (id: string) => { creator?: Principal | undefined } | undefined;

/** Access control lists of objects: kept and shown. The local workspace enforces one of them, an instance pool's "Can Attach To". */
export class Permissions {
  readonly #find: Record<ObjectType, FindObject>;
  readonly #admin: Principal;
  readonly #lists = new Map<string, Grant[]>();

  constructor(find: Record<ObjectType, FindObject>, admin: Principal) {
    this.#find = find;
    this.#admin = admin;
  }

  /** Replaces the list of an object, or adds to it. */
  change(type: ObjectType, id: string, given: readonly Fields[], how: "replace" | "add"): void {
    const before = this.#of(type, id);
    this.#lists.set(`${type}/${id}`, withGrants(how === "replace" ? [] : before, type, given));
  }

  /** Refuses grants that a new object of this creator cannot have. */
  check(type: ObjectType, creator: Principal, given: readonly Fields[]): void {
    withGrants([grantOfCreator(type, creator)], type, given);
  }

  describe(type: ObjectType, id: string): object {
    return {
      object_id: `/${type}/${id}`,
      object_type: type.replace(/ies$/, "y").replace(/s$/, ""),
      access_control_list: [
        ...this.#of(type, id).map(({ principal, field, level }) => ({
          [field]: principal,
          all_permissions: [{ permission_level: level, inherited: false }],
        })),
        // As in https://github.com/databricks/cli/issues/900
        {
          group_name: "admins",
          all_permissions: [
            {
              permission_level: type === "cluster-policies" ? "CAN_USE" : "CAN_MANAGE",
              inherited: true,
              inherited_from_object: [`/${type}/`],
            },
          ],
        },
      ],
    };
  }

  levels(type: ObjectType, id: string): object {
    this.#of(type, id);
    const described = levels[type].map((level) => ({
      permission_level: level,
      description: descriptions[level],
    }));
    return { permission_levels: described };
  }

  /** The grants of an object: at first, only that of its creator. */
  #of(type: ObjectType, id: string): Grant[] {
    const object = this.#find[type](id);
    if (!object) throw doesNotExist(`${nouns[type]} ${id} does not exist.`);
    const list = this.#lists.get(`${type}/${id}`);
    return list ?? [grantOfCreator(type, object.creator ?? this.#admin)];
  }
}

function grantOfCreator(type: ObjectType, { kind, userName }: Principal): Grant {
  const field = kind === "user" ? "user_name" : "service_principal_name";
  const own: Partial<Record<ObjectType, string>> = { jobs: "IS_OWNER", "cluster-policies": "CAN_USE" };
  return { principal: userName, field, level: own[type] ?? "CAN_MANAGE" };
}

function withGrants(list: readonly Grant[], type: ObjectType, given: readonly Fields[]): Grant[] {
  const added = given.map((fields) => readGrant(fields, type));
  const untouched = list.filter((old) => !added.some((grant) => grant.principal === old.principal));
  const grants = [...untouched, ...added];
  // Worded as in https://github.com/databricks/cli/issues/3849
  if (type === "jobs" && grants.filter(({ level }) => level === "IS_OWNER").length !== 1)
    throw invalidParameter("The job must have exactly one owner.");
  return grants;
}

const nouns: Record<ObjectType, string> = {
  clusters: "Cluster",
  "instance-pools": "Instance pool",
  jobs: "Job",
  notebooks: "Notebook",
  directories: "Directory",
  "cluster-policies": "Cluster policy",
};

const descriptions: Record<string, string> = {
  CAN_ATTACH_TO: "Can attach to it",
  CAN_RESTART: "Can attach to it and restart it",
  CAN_MANAGE: "Can change it and its permissions",
  CAN_VIEW: "Can view it",
  CAN_MANAGE_RUN: "Can view it and manage its runs",
  IS_OWNER: "Is its owner",
  CAN_READ: "Can read it",
  CAN_RUN: "Can read and run it",
  CAN_EDIT: "Can read, run and edit it",
  CAN_USE: "Can use it",
};

/** Source: https://docs.databricks.com/api/azure/workspace/permissions */
export function permissionRoutes(route: DefineRoute, permissions: Permissions): Route[] {
  const path = `/api/2.0/permissions/{type=${Object.keys(levels).join("|")}}/{id}`;
  const change = (method: "PUT" | "PATCH", page: string) =>
    route(method, path, page, (fields, _caller, request) => {
      const [type, id] = [request.parameter("type") as ObjectType, request.parameter("id")];
      const how = method === "PUT" ? "replace" : "add";
      permissions.change(type, id, fields.objects("access_control_list"), how);
      return permissions.describe(type, id);
    });
  return [
    route("GET", path, "permissions/get", (_fields, _caller, request) =>
      permissions.describe(request.parameter("type") as ObjectType, request.parameter("id")),
    ),
    change("PUT", "permissions/set"),
    change("PATCH", "permissions/update"),
    route("GET", `${path}/permissionLevels`, "permissions/getpermissionlevels", (_fields, _caller, request) =>
      permissions.levels(request.parameter("type") as ObjectType, request.parameter("id")),
    ),
  ];
}

function readGrant(fields: Fields, type: ObjectType): Grant {
  for (const field of ["user_name", "group_name", "service_principal_name"] as const) {
    const principal = fields.string(field);
    if (!principal) continue;
    const level = fields.requiredString("permission_level");
    if ((levels[type] as readonly string[]).includes(level)) return { principal, field, level };
    const known = levels[type].join(", ");
    throw invalidParameter(`${level} is not a permission of ${type}. Valid values are ${known}.`); // unconfirmed wording
  }
  throw invalidParameter(
    "Each entry of access_control_list needs user_name, group_name or service_principal_name.",
  );
}
