import type { Clock } from "../../clock.ts";
import { isJsonObject, type JsonObject } from "../../http/request.ts";
import type { LedgerEntry } from "../../ledger-entry.ts";
import type { Principal, Principals } from "../principal.ts";
import { scimError } from "./error.ts";

const core = "urn:ietf:params:scim:schemas:core:2.0";
/** Attributes that are kept as they were given and have no effect here. */
const kept = ["name", "entitlements", "roles", "externalId"];

export type PrincipalType = "Users" | "ServicePrincipals";
const kinds = { Users: "user", ServicePrincipals: "service-principal" } as const;

interface Group {
  id: string;
  displayName: string;
  /** Ids of users, service principals and groups; undefined for `users`, which contains every user and service principal. */
  members: string[] | undefined;
  attributes: JsonObject;
}

/**
 * The users, service principals and groups of the workspace, as the SCIM operations show and change them. Everyone may: what is checked is
 * who may read and write a secret scope, and whether a caller is a member of the workspace at all.
 */
export class Registry {
  readonly #principals: Principals;
  readonly #clock: Clock;
  readonly #groups = new Map<string, Group>();
  readonly #attributes = new Map<string, JsonObject>();
  /** Who made what through the API, and when, by id. */
  readonly #made = new Map<string, { creator: Principal; atMs: number }>();

  constructor(principals: Principals, clock: Clock) {
    this.#principals = principals;
    this.#clock = clock;
    for (const [displayName, members] of [
      ["users", undefined],
      ["admins", [principals.admin.id]],
    ] as const) {
      const id = principals.newId();
      this.#groups.set(id, { id, displayName, members: members && [...members], attributes: {} });
    }
  }

  principals(type: PrincipalType): Principal[] {
    return this.#principals.all().filter(({ kind }) => kind === kinds[type]);
  }

  principal(type: PrincipalType, id: string): Principal {
    const found = this.principals(type).find((principal) => principal.id === id);
    if (found) return found;
    throw scimError(404, `${type === "Users" ? "User" : "Service principal"} with id ${id} not found.`);
  }

  addPrincipal(type: PrincipalType, userName: string, given: JsonObject, creator: Principal): Principal {
    if (this.#principals.find(userName)) {
      const what = type === "Users" ? "User with username" : "Service principal with applicationId";
      throw scimError(409, `${what} ${userName} already exists.`, "uniqueness");
    }
    const principal = this.#principals.add(kinds[type], userName, userName);
    this.#made.set(principal.id, { creator, atMs: this.#clock.now() });
    this.changePrincipal(principal, given);
    return principal;
  }

  changePrincipal(principal: Principal, given: JsonObject): void {
    const active = given.active === undefined || String(given.active) === "true";
    if (!active) this.#requireNotAdmin(principal);
    principal.displayName = String(given.displayName ?? principal.userName);
    principal.active = active;
    this.#attributes.set(principal.id, attributesOf(given));
  }

  removePrincipal(principal: Principal): void {
    this.#requireNotAdmin(principal);
    this.#principals.remove(principal);
    for (const group of this.#groups.values())
      group.members = group.members?.filter((id) => id !== principal.id);
  }

  groups(): Group[] {
    return [...this.#groups.values()];
  }

  group(id: string): Group {
    const found = this.#groups.get(id);
    if (found) return found;
    throw scimError(404, `Group with id ${id} not found.`);
  }

  addGroup(given: JsonObject, creator: Principal): Group {
    const group = { id: this.#principals.newId(), displayName: "", members: [], attributes: {} };
    this.changeGroup(group, given);
    this.#groups.set(group.id, group);
    this.#made.set(group.id, { creator, atMs: this.#clock.now() });
    return group;
  }

  changeGroup(group: Group, given: JsonObject): void {
    const displayName = String(given.displayName ?? "");
    if (!displayName) throw scimError(400, "A group needs a displayName.", "invalidValue");
    if (this.groups().some((other) => other.id !== group.id && other.displayName === displayName))
      throw scimError(409, `Group with name ${displayName} already exists.`, "uniqueness");
    if (group.members) {
      const listed = Array.isArray(given.members) ? given.members : [];
      const ids = listed.map((member) => String(isJsonObject(member) ? member.value : member));
      const unknown = ids.find((id) => !this.#nameOf(id));
      if (unknown !== undefined)
        throw scimError(404, `Group member with id ${unknown} does not exist.`, "invalidValue");
      group.members = [...new Set(ids)];
    }
    group.displayName = displayName;
    group.attributes = attributesOf(given);
  }

  removeGroup(group: Group): void {
    if (group.members === undefined || group.displayName === "admins")
      throw scimError(400, `The group ${group.displayName} cannot be deleted.`);
    this.#groups.delete(group.id);
    for (const other of this.#groups.values()) other.members = other.members?.filter((id) => id !== group.id);
  }

  /** The names of the groups that a principal is in, also by way of other groups. */
  groupNamesOf(principal: Principal): string[] {
    const found = new Set<Group>();
    const collect = (id: string): void => {
      for (const group of this.#groupsOf(id)) {
        if (found.has(group)) continue;
        found.add(group);
        collect(group.id);
      }
    };
    collect(principal.id);
    return [...found].map(({ displayName }) => displayName);
  }

  showPrincipal(principal: Principal): JsonObject {
    const { id, userName, displayName, active } = principal;
    const own =
      principal.kind === "user"
        ? { schemas: [`${core}:User`], userName, emails: [{ type: "work", value: userName, primary: true }] }
        : { schemas: [`${core}:ServicePrincipal`], applicationId: userName };
    return { ...own, id, displayName, active, ...this.#attributes.get(id), groups: this.#showGroupsOf(id) };
  }

  showGroup({ id, displayName, members, attributes }: Group): JsonObject {
    const ids = members ?? this.#principals.all().map((principal) => principal.id);
    return {
      schemas: [`${core}:Group`],
      id,
      displayName,
      meta: { resourceType: "WorkspaceGroup" },
      ...attributes,
      members: ids.map((member) => ({
        display: this.#nameOf(member)?.name,
        value: member,
        $ref: this.#nameOf(member)?.ref,
      })),
      groups: this.#showGroupsOf(id),
    };
  }

  ledger(): { principals: LedgerEntry[]; groups: LedgerEntry[] } {
    const entry = (id: string, name: string): LedgerEntry[] => {
      const made = this.#made.get(id);
      if (!made) return [];
      const ageSeconds = (this.#clock.now() - made.atMs) / 1000;
      return [{ id, name, tags: {}, creator: made.creator.displayName, ageSeconds }];
    };
    return {
      principals: this.#principals.all().flatMap(({ id, userName }) => entry(id, userName)),
      groups: this.groups().flatMap(({ id, displayName }) => entry(id, displayName)),
    };
  }

  #requireNotAdmin(principal: Principal): void {
    if (principal === this.#principals.admin)
      throw scimError(403, "The administrator of the local workspace cannot be removed or deactivated.");
  }

  #groupsOf(id: string): Group[] {
    const isPrincipal = !this.#groups.has(id);
    return this.groups().filter(({ members }) => (members ? members.includes(id) : isPrincipal));
  }

  #showGroupsOf(id: string): JsonObject[] {
    return this.#groupsOf(id).map((group) => ({
      display: group.displayName,
      type: "direct",
      value: group.id,
      $ref: `Groups/${group.id}`,
    }));
  }

  #nameOf(id: string): { name: string; ref: string } | undefined {
    const group = this.#groups.get(id);
    if (group) return { name: group.displayName, ref: `Groups/${id}` };
    const principal = this.#principals.all().find((each) => each.id === id);
    if (!principal) return undefined;
    const type = principal.kind === "user" ? "Users" : "ServicePrincipals";
    return { name: principal.displayName, ref: `${type}/${id}` };
  }
}

function attributesOf(given: JsonObject): JsonObject {
  return Object.fromEntries(kept.flatMap((name) => (given[name] === undefined ? [] : [[name, given[name]]])));
}
