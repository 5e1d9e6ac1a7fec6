import type { Clock } from "../clock.ts";
import type { LedgerEntry } from "../ledger-entry.ts";
import type { SecretValues } from "../secret-values.ts";
import { alreadyExists, apiError, doesNotExist, invalidParameter } from "./errors.ts";
import type { Principal } from "./principal.ts";

export type Permission = "READ" | "WRITE" | "MANAGE";
export const ranks: readonly Permission[] = ["READ", "WRITE", "MANAGE"];

interface Scope {
  name: string;
  secrets: Map<string, { value: Buffer; updatedMs: number }>;
  acls: Map<string, Permission>;
  createdMs: number;
  /** Undefined for a scope of the workspace's config, which everyone may read. */
  creator?: Principal;
}

/** Secret scopes. Source: https://docs.databricks.com/api/azure/workspace/secrets */
export class SecretScopes {
  readonly #clock: Clock;
  readonly #secrets: SecretValues;
  readonly #groupsOf: (principal: Principal) => string[];
  readonly #scopes = new Map<string, Scope>();

  constructor(
    { clock, secrets }: { clock: Clock; secrets: SecretValues },
    /** `groupsOf` names the groups that a principal is in; `admins` may do everything. */
    groupsOf: (principal: Principal) => string[],
    config: Record<string, Record<string, string>>,
  ) {
    this.#clock = clock;
    this.#secrets = secrets;
    this.#groupsOf = groupsOf;
    for (const [name, secrets] of Object.entries(config)) {
      const scope = this.#add(name, undefined);
      for (const [key, value] of Object.entries(secrets)) this.#write(scope, key, Buffer.from(value));
    }
  }

  names(): string[] {
    return [...this.#scopes.keys()];
  }

  keys(scope: string): string[] {
    return [...(this.#scopes.get(scope)?.secrets.keys() ?? [])];
  }

  /** The value as a notebook or a cluster reads it; undefined if it does not exist. */
  value(scope: string, key: string): string | undefined {
    return this.#scopes.get(scope)?.secrets.get(key)?.value.toString("utf8");
  }

  create(name: string, creator: Principal, manager: string): void {
    if (!/^[\w.@/-]{1,128}$/.test(name)) throw invalidParameter(`Scope name ${name} is invalid.`);
    if (this.#scopes.has(name)) throw alreadyExists(`Scope ${name} already exists!`);
    this.#add(name, creator).acls.set(manager, "MANAGE");
  }

  delete(name: string, caller: Principal): void {
    this.#allowed(name, caller, "MANAGE");
    this.#scopes.delete(name);
  }

  put(name: string, key: string, value: Buffer, caller: Principal): void {
    this.#write(this.#allowed(name, caller, "WRITE"), key, value);
  }

  get(name: string, key: string, caller: Principal): Buffer {
    const secret = this.#allowed(name, caller, "READ").secrets.get(key);
    if (!secret) throw doesNotExist(`No secret with key ${key} in scope ${name}`);
    return secret.value;
  }

  remove(name: string, key: string, caller: Principal): void {
    const scope = this.#allowed(name, caller, "WRITE");
    if (!scope.secrets.delete(key)) throw doesNotExist(`No secret with key ${key} in scope ${name}`);
  }

  list(name: string, caller: Principal): { key: string; last_updated_timestamp: number }[] {
    const { secrets } = this.#allowed(name, caller, "READ");
    return [...secrets].map(([key, { updatedMs }]) => ({ key, last_updated_timestamp: updatedMs }));
  }

  acls(name: string, caller: Principal): Map<string, Permission> {
    return this.#allowed(name, caller, "MANAGE").acls;
  }

  ledger(): LedgerEntry[] {
    return [...this.#scopes.values()]
      .filter((scope) => scope.creator !== undefined)
      .map((scope) => ({
        id: scope.name,
        name: scope.name,
        tags: {},
        creator: scope.creator?.displayName ?? "",
        ageSeconds: (this.#clock.now() - scope.createdMs) / 1000,
      }));
  }

  #add(name: string, creator: Principal | undefined): Scope {
    const acls = new Map<string, Permission>(creator ? [] : [["users", "READ"]]);
    const scope = {
      name,
      secrets: new Map(),
      acls,
      createdMs: this.#clock.now(),
      ...(creator ? { creator } : {}),
    };
    this.#scopes.set(name, scope);
    return scope;
  }

  #write(scope: Scope, key: string, value: Buffer): void {
    if (!/^[\w.-]{1,128}$/.test(key)) throw invalidParameter(`Secret key ${key} is invalid.`);
    if (value.length > 128 * 1024)
      throw apiError(400, "RESOURCE_LIMIT_EXCEEDED", "Secret value exceeds 128 KB.");
    this.#secrets.add(value.toString("utf8"));
    scope.secrets.set(key, { value, updatedMs: this.#clock.now() });
  }

  #allowed(name: string, caller: Principal, needed: Permission): Scope {
    const scope = this.#scopes.get(name);
    if (!scope) throw doesNotExist(`Scope ${name} does not exist!`);
    const groups = this.#groupsOf(caller);
    if (groups.includes("admins")) return scope;
    const granted = [caller.userName, ...groups].map((principal) => scope.acls.get(principal));
    if (granted.some((permission) => permission && ranks.indexOf(permission) >= ranks.indexOf(needed)))
      return scope;
    throw apiError(
      403,
      "PERMISSION_DENIED",
      `${caller.userName} does not have ${needed} permission on scope: ${name}`,
    );
  }
}
