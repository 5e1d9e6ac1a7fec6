import { randomBytes } from "node:crypto";
import type { Clock } from "../clock.ts";
import type { SecretValues } from "../secret-values.ts";
import type { VaultConfig, VaultSecretConfig } from "./config.ts";
import { vaultError } from "./errors.ts";

export interface SecretVersion {
  name: string;
  version: string;
  value: string;
  contentType?: string;
  tags: Record<string, string>;
  enabled: boolean;
  /** Seconds since 1970, as in every attribute. */
  expires?: number;
  notBefore?: number;
  created: number;
  updated: number;
  /** Display name of the principal that set it; undefined for a secret of the workspace's config. */
  creator?: string;
}

export interface SecretFields {
  value: string;
  contentType?: string | undefined;
  tags?: Record<string, string>;
  enabled?: boolean;
  expires?: number | undefined;
  notBefore?: number | undefined;
  creator?: string;
}

/** The vault's secrets: each name with its versions, newest last. Deleted ones are kept apart, as soft-delete does. */
export class Secrets {
  readonly #live = new Map<string, SecretVersion[]>();
  readonly #deleted = new Map<string, { versions: SecretVersion[]; deletedOn: number }>();
  readonly #clock: Clock;
  readonly #values: SecretValues;

  constructor({ clock, secrets }: { clock: Clock; secrets: SecretValues }, config: VaultConfig) {
    this.#clock = clock;
    this.#values = secrets;
    for (const [name, secret] of Object.entries(config.secrets ?? {})) this.set(name, fieldsOf(secret));
  }

  names(): string[] {
    return [...this.#live.keys()].sort();
  }

  set(name: string, fields: SecretFields): SecretVersion {
    if (this.#deleted.has(name)) {
      const message = `Secret ${name} is currently in a deleted but recoverable state, and its name cannot be reused; in this state, the secret can only be recovered or purged.`;
      throw vaultError(409, "Conflict", message, { inner: "ObjectIsDeletedButRecoverable" });
    }
    this.#values.add(fields.value);
    const now = this.#nowSeconds();
    const { contentType, expires, notBefore, creator } = fields;
    const secret: SecretVersion = {
      name,
      version: randomBytes(16).toString("hex"),
      value: fields.value,
      tags: fields.tags ?? {},
      enabled: fields.enabled ?? true,
      created: now,
      updated: now,
      ...(contentType === undefined ? {} : { contentType }),
      ...(expires === undefined ? {} : { expires }),
      ...(notBefore === undefined ? {} : { notBefore }),
      ...(creator === undefined ? {} : { creator }),
    };
    this.#live.set(name, [...(this.#live.get(name) ?? []), secret]);
    return secret;
  }

  versions(name: string): readonly SecretVersion[] {
    const versions = this.#live.get(name);
    if (versions) return versions;
    const message = `A secret with (name/id) ${name} was not found in this key vault. If you recently deleted this secret you may be able to recover it using the correct recovery command. For help resolving this issue, please see https://go.microsoft.com/fwlink/?linkid=2125182`;
    throw vaultError(404, "SecretNotFound", message);
  }

  latest(name: string): SecretVersion {
    return this.versions(name).at(-1) as SecretVersion;
  }

  version(name: string, version: string): SecretVersion {
    const found = this.#live.get(name)?.find((item) => item.version === version);
    return found ?? this.latest(`${name}/${version}`);
  }

  update(secret: SecretVersion, fields: Partial<Omit<SecretFields, "value">>): SecretVersion {
    Object.assign(secret, fields, { updated: this.#nowSeconds() });
    return secret;
  }

  delete(name: string): { secret: SecretVersion; deletedOn: number } {
    const secret = this.latest(name);
    this.#deleted.set(name, { versions: [...this.versions(name)], deletedOn: this.#nowSeconds() });
    this.#live.delete(name);
    return this.deleted(name) ?? { secret, deletedOn: this.#nowSeconds() };
  }

  deleted(name: string): { secret: SecretVersion; deletedOn: number } | undefined {
    const entry = this.#deleted.get(name);
    return entry && { secret: entry.versions.at(-1) as SecretVersion, deletedOn: entry.deletedOn };
  }

  purge(name: string): boolean {
    return this.#deleted.delete(name);
  }

  all(): SecretVersion[] {
    return this.names().map((name) => this.latest(name));
  }

  #nowSeconds(): number {
    return Math.floor(this.#clock.now() / 1000);
  }
}

function fieldsOf(secret: string | VaultSecretConfig): SecretFields {
  if (typeof secret === "string") return { value: secret };
  return {
    value: secret.value,
    contentType: secret.contentType,
    tags: secret.tags ?? {},
    enabled: secret.enabled ?? true,
    expires: seconds(secret.expires),
    notBefore: seconds(secret.notBefore),
  };
}

function seconds(time: string | number | undefined): number | undefined {
  return typeof time === "string" ? Math.floor(Date.parse(time) / 1000) : time;
}
