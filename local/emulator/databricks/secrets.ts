import type { Clock } from "../clock.ts";
import type { Route } from "../http/route.ts";
import type { LedgerEntry } from "../ledger-entry.ts";
import type { SecretValues } from "../secret-values.ts";
import type { DefineRoute } from "./api-route.ts";
import { alreadyExists, apiError, doesNotExist, invalidParameter } from "./errors.ts";
import type { Principal } from "./principal.ts";

type Permission = "READ" | "WRITE" | "MANAGE";
const ranks: readonly Permission[] = ["READ", "WRITE", "MANAGE"];

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
  readonly #admin: Principal;
  readonly #secrets: SecretValues;
  readonly #scopes = new Map<string, Scope>();

  constructor(
    { clock, secrets }: { clock: Clock; secrets: SecretValues },
    admin: Principal,
    config: Record<string, Record<string, string>>,
  ) {
    this.#clock = clock;
    this.#secrets = secrets;
    this.#admin = admin;
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

  create(name: string, creator: Principal): void {
    if (!/^[\w.@/-]{1,128}$/.test(name)) throw invalidParameter(`Scope name ${name} is invalid.`);
    if (this.#scopes.has(name)) throw alreadyExists(`Scope ${name} already exists!`);
    this.#add(name, creator);
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
    const acls = new Map<string, Permission>(creator ? [[creator.userName, "MANAGE"]] : [["users", "READ"]]);
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
    if (caller.id === this.#admin.id) return scope;
    const granted = [scope.acls.get(caller.userName), scope.acls.get("users")];
    if (granted.some((permission) => permission && ranks.indexOf(permission) >= ranks.indexOf(needed)))
      return scope;
    throw apiError(
      403,
      "PERMISSION_DENIED",
      `${caller.userName} does not have ${needed} permission on scope: ${name}`,
    );
  }
}

export function secretRoutes(route: DefineRoute, scopes: SecretScopes): Route[] {
  return [
    route("POST", "/api/2.0/secrets/scopes/create", "secrets/createscope", (fields, caller) => {
      scopes.create(fields.requiredString("scope"), caller);
      return {};
    }),
    route("GET", "/api/2.0/secrets/scopes/list", "secrets/listscopes", () => ({
      scopes: scopes.names().map((name) => ({ name, backend_type: "DATABRICKS" })),
    })),
    route("POST", "/api/2.0/secrets/scopes/delete", "secrets/deletescope", (fields, caller) => {
      scopes.delete(fields.requiredString("scope"), caller);
      return {};
    }),
    route("POST", "/api/2.0/secrets/put", "secrets/putsecret", (fields, caller) => {
      const [text, bytes] = [fields.string("string_value"), fields.string("bytes_value")];
      if ((text === undefined) === (bytes === undefined)) {
        throw apiError(400, "MALFORMED_REQUEST", "Exactly one of string_value and bytes_value must be given");
      }
      const value = text === undefined ? Buffer.from(bytes as string, "base64") : Buffer.from(text);
      scopes.put(fields.requiredString("scope"), fields.requiredString("key"), value, caller);
      return {};
    }),
    route("GET", "/api/2.0/secrets/get", "secrets/getsecret", (fields, caller) => {
      const key = fields.requiredString("key");
      return { key, value: scopes.get(fields.requiredString("scope"), key, caller).toString("base64") };
    }),
    route("GET", "/api/2.0/secrets/list", "secrets/listsecrets", (fields, caller) => ({
      secrets: scopes.list(fields.requiredString("scope"), caller),
    })),
    route("POST", "/api/2.0/secrets/delete", "secrets/deletesecret", (fields, caller) => {
      scopes.remove(fields.requiredString("scope"), fields.requiredString("key"), caller);
      return {};
    }),
    route("POST", "/api/2.0/secrets/acls/put", "secrets/putacl", (fields, caller) => {
      const permission = fields.requiredString("permission") as Permission;
      if (!ranks.includes(permission)) throw invalidParameter(`Invalid permission: ${permission}`);
      scopes.acls(fields.requiredString("scope"), caller).set(fields.requiredString("principal"), permission);
      return {};
    }),
    route("GET", "/api/2.0/secrets/acls/list", "secrets/listacls", (fields, caller) => ({
      items: [...scopes.acls(fields.requiredString("scope"), caller)].map(([principal, permission]) => ({
        principal,
        permission,
      })),
    })),
  ];
}
