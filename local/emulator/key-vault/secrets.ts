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

/**
 * The vault's secrets: each name with its versions, newest last. Deleted ones are kept apart, as soft-delete does. The case of a name makes
 * no difference (https://learn.microsoft.com/azure/key-vault/general/about-keys-secrets-certificates#vault-name-and-object-name).
 */
export class Secrets {
  readonly #live = new Map<string, SecretVersion[]>();
  readonly #deleted = new Map<string, { versions: SecretVersion[]; deletedOn: number }>();
  /** What backups contain, by the text that the client keeps. In the cloud that text is the encrypted secret itself. */
  readonly #backups = new Map<string, SecretVersion[]>();
  readonly #clock: Clock;
  readonly #values: SecretValues;

  constructor({ clock, secrets }: { clock: Clock; secrets: SecretValues }, config: VaultConfig) {
    this.#clock = clock;
    this.#values = secrets;
    for (const [name, secret] of Object.entries(config.secrets ?? {})) this.set(name, fieldsOf(secret));
  }

  names(): string[] {
    return [...this.#live.values()].flatMap(([first]) => (first ? [first.name] : [])).sort();
  }

  set(name: string, fields: SecretFields): SecretVersion {
    const key = name.toLowerCase();
    if (this.#deleted.has(key)) {
      const message = `Secret ${name} is currently in a deleted but recoverable state, and its name cannot be reused; in this state, the secret can only be recovered or purged.`;
      throw vaultError(409, "Conflict", message, { inner: "ObjectIsDeletedButRecoverable" });
    }
    this.#values.add(fields.value);
    const now = this.#nowSeconds();
    const { contentType, expires, notBefore, creator } = fields;
    const secret: SecretVersion = {
      name: this.#live.get(key)?.[0]?.name ?? name,
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
    this.#live.set(key, [...(this.#live.get(key) ?? []), secret]);
    return secret;
  }

  versions(name: string): readonly SecretVersion[] {
    const versions = this.#live.get(name.toLowerCase());
    if (versions) return versions;
    const message = `A secret with (name/id) ${name} was not found in this key vault. If you recently deleted this secret you may be able to recover it using the correct recovery command. For help resolving this issue, please see https://go.microsoft.com/fwlink/?linkid=2125182`;
    throw vaultError(404, "SecretNotFound", message);
  }

  latest(name: string): SecretVersion {
    return this.versions(name).at(-1) as SecretVersion;
  }

  version(name: string, version: string): SecretVersion {
    const found = this.#live.get(name.toLowerCase())?.find((item) => item.version === version);
    return found ?? this.latest(`${name}/${version}`);
  }

  update(secret: SecretVersion, fields: Partial<Omit<SecretFields, "value">>): SecretVersion {
    Object.assign(secret, fields, { updated: this.#nowSeconds() });
    return secret;
  }

  delete(name: string): { secret: SecretVersion; deletedOn: number } {
    const secret = this.latest(name);
    const deletedOn = this.#nowSeconds();
    this.#deleted.set(name.toLowerCase(), { versions: [...this.versions(name)], deletedOn });
    this.#live.delete(name.toLowerCase());
    return { secret, deletedOn };
  }

  /** Undoes `delete`. Returns undefined if there is no such deleted secret. */
  recover(name: string): SecretVersion | undefined {
    const entry = this.#deleted.get(name.toLowerCase());
    if (!entry) return undefined;
    this.#deleted.delete(name.toLowerCase());
    this.#live.set(name.toLowerCase(), entry.versions);
    return this.latest(name);
  }

  backUp(name: string): string {
    const blob = randomBytes(96).toString("base64url");
    this.#backups.set(
      blob,
      this.versions(name).map((version) => ({ ...version })),
    );
    return blob;
  }

  restore(blob: string): SecretVersion {
    const versions = this.#backups.get(blob);
    const [first] = versions ?? [];
    if (!versions || !first) {
      throw vaultError(400, "BadParameter", "The backup is not one of a secret of this key vault.");
    }
    const key = first.name.toLowerCase();
    if (this.#live.has(key) || this.#deleted.has(key)) {
      const message = `Restore cannot be performed: a secret with the name ${first.name} exists or is deleted but recoverable.`;
      throw vaultError(409, "Conflict", message);
    }
    this.#live.set(
      key,
      versions.map((version) => ({ ...version })),
    );
    return this.latest(first.name);
  }

  deleted(name: string): { secret: SecretVersion; deletedOn: number } | undefined {
    const entry = this.#deleted.get(name.toLowerCase());
    return entry && { secret: entry.versions.at(-1) as SecretVersion, deletedOn: entry.deletedOn };
  }

  purge(name: string): boolean {
    return this.#deleted.delete(name.toLowerCase());
  }

  allDeleted(): { secret: SecretVersion; deletedOn: number }[] {
    return [...this.#deleted.keys()].sort().flatMap((name) => this.deleted(name) ?? []);
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
