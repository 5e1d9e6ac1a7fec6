import type { SecretClient } from "@azure/keyvault-secrets";
import { RequestError } from "../http/errors.ts";
import { HostPolicy } from "../http/hosts.ts";
import { type ClientHost, InputError } from "../task/host.ts";
import { couldNot } from "../text/could-not.ts";
import type { Identity } from "./identity.ts";
import { KeyVaultError } from "./key-vault-error.ts";
import { sdkOptions } from "./sdk-options.ts";
import { guardedHttpClient } from "./sign-in-hosts.ts";

interface SecretProperties {
  name: string;
  /** Why its value should not be used now; undefined if it can be used. */
  unusable?: string;
}

interface Secret extends SecretProperties {
  value: string;
}

const timeoutMs = 120_000; // for one listing, or one secret, with its retries

/** The secrets of one vault, through Microsoft's own client. Every failure is a KeyVaultError or a SignInError. */
export class KeyVault {
  readonly #client: SecretClient;
  readonly #identity: Identity;
  readonly #signal: AbortSignal;
  readonly host: string;

  private constructor(client: SecretClient, identity: Identity, signal: AbortSignal, host: string) {
    this.#client = client;
    this.#identity = identity;
    this.#signal = signal;
    this.host = host;
  }

  /** @param vault its name, or its https URL */
  static async open(host: ClientHost, identity: Identity, vault: string): Promise<KeyVault> {
    const url = vaultUrl(vault, identity.connection.keyVaultSuffix);
    const hosts = new HostPolicy("keyVault", host.allowedHosts);
    hosts.require(url, "fetch secrets");
    const { SecretClient } = await import("@azure/keyvault-secrets");
    const requireVault = (asked: URL) => {
      if (asked.origin === url.origin) hosts.require(asked, "fetch secrets");
      else
        throw new RequestError({
          kind: "redirected",
          attempted: "fetch secrets",
          on: url.host,
          cameBack: `redirects to ${asked.host}, which gets no credential`,
          advice: "check that keyVault is the vault's own address, and that no proxy answers instead of it",
        });
    };
    const client = new SecretClient(url.origin, identity.credential, {
      ...sdkOptions(host.network, url),
      httpClient: await guardedHttpClient(requireVault, () => undefined),
      // The vault names the resource for which it needs a token; that must be its own domain unless the host is listed.
      disableChallengeResourceVerification: hosts.lists(url),
    });
    return new KeyVault(client, identity, host.signal, url.host);
  }

  async list(): Promise<SecretProperties[]> {
    return this.#ask("list the secrets", async (abortSignal) => {
      const secrets: SecretProperties[] = [];
      for await (const each of this.#client.listPropertiesOfSecrets({ abortSignal }))
        secrets.push({ name: each.name, unusable: whyUnusable(each) });
      return secrets;
    });
  }

  /** @param version the newest one unless given */
  async get(name: string, version?: string): Promise<Secret> {
    const attempted = `fetch secret '${name}'${version === undefined ? "" : ` in version ${version}`}`;
    return this.#ask(attempted, async (abortSignal) => {
      const { value, properties } = await this.#client.getSecret(name, { version, abortSignal });
      return { name, value: value ?? "", unusable: whyUnusable(properties) };
    });
  }

  async #ask<T>(attempted: string, ask: (abortSignal: AbortSignal) => Promise<T>): Promise<T> {
    try {
      return await ask(AbortSignal.any([this.#signal, AbortSignal.timeout(timeoutMs)]));
    } catch (cause) {
      if (this.#signal.aborted) throw this.#signal.reason;
      throw KeyVaultError.from(cause, {
        attempted,
        vault: this.host,
        identity: this.#identity.description,
        timeoutMs,
      });
    }
  }
}

function vaultUrl(vault: string, suffix: string): URL {
  if (/^[a-z][a-z\d-]{1,22}[a-z\d]$/i.test(vault)) return new URL(`https://${vault}.${suffix}`);
  if (URL.canParse(vault)) return new URL(vault);
  throw new InputError(
    couldNot(
      "use the input 'keyVault'",
      `'${vault}' is neither the name of a vault nor its https URL`,
      "give the name (3 to 24 letters, digits and hyphens) or the URL",
    ),
  );
}

function whyUnusable(properties: {
  enabled?: boolean;
  expiresOn?: Date;
  notBefore?: Date;
}): string | undefined {
  const now = new Date();
  if (properties.enabled === false) return "is disabled";
  if (properties.expiresOn && properties.expiresOn <= now) return `expired on ${day(properties.expiresOn)}`;
  if (properties.notBefore && properties.notBefore > now)
    return `is not valid before ${day(properties.notBefore)}`;
  return undefined;
}

function day(date: Date): string {
  return date.toISOString().slice(0, 10);
}
