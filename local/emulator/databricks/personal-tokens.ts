import { createHash, randomBytes } from "node:crypto";
import type { Clock } from "../clock.ts";
import type { LedgerEntry } from "../ledger-entry.ts";
import type { SecretValues } from "../secret-values.ts";
import { credentialError, doesNotExist } from "./errors.ts";
import type { Principal } from "./principal.ts";

export interface PersonalToken {
  id: string;
  /** SHA-256 of the token: the value itself is returned once and not stored. */
  digest: string;
  comment: string;
  createdMs: number;
  expiresMs: number;
  owner: Principal;
  isSeed: boolean;
  /** Of a running notebook: nobody created it, so nobody has to revoke it, and no list shows it. */
  isOfRun: boolean;
}

const twoYearsSeconds = 730 * 24 * 3600;

/** Personal access tokens. Source: https://docs.databricks.com/api/azure/workspace/tokens */
export class PersonalTokens {
  readonly #clock: Clock;
  readonly #secrets: SecretValues;
  readonly #byDigest = new Map<string, PersonalToken>();

  constructor(clock: Clock, secrets: SecretValues) {
    this.#clock = clock;
    this.#secrets = secrets;
  }

  create(
    owner: Principal,
    options: { comment: string; lifetimeSeconds?: number | undefined; isSeed?: boolean; isOfRun?: boolean },
  ): { value: string; token: PersonalToken } {
    const value = `dapi${randomBytes(16).toString("hex")}`;
    this.#secrets.add(value);
    const now = this.#clock.now();
    const token: PersonalToken = {
      id: randomBytes(32).toString("hex"),
      digest: digestOf(value),
      comment: options.comment,
      createdMs: now,
      expiresMs: now + (options.lifetimeSeconds ?? twoYearsSeconds) * 1000,
      owner,
      isSeed: options.isSeed ?? false,
      isOfRun: options.isOfRun ?? false,
    };
    this.#byDigest.set(token.digest, token);
    return { value, token };
  }

  /** A token for the notebooks of a run, until the run ends. */
  forRun(owner: Principal): { value: string; end(): void } {
    const { value, token } = this.create(owner, { comment: "notebook", isOfRun: true });
    return { value, end: () => void this.#byDigest.delete(token.digest) };
  }

  ownerOf(value: string): Principal {
    const token = this.#byDigest.get(digestOf(value));
    // The answer is the same for an expired and an unknown token: learn.microsoft.com/azure/databricks/kb/jobs/job-fails-invalid-access-token
    if (token && !this.#isExpired(token)) return token.owner;
    throw credentialError(403, "Invalid access token.");
  }

  ofOwner(owner: Principal): PersonalToken[] {
    return [...this.#byDigest.values()].filter(
      (token) => token.owner.id === owner.id && !token.isOfRun && !this.#isExpired(token),
    );
  }

  revoke(owner: Principal, id: string): void {
    const token = this.ofOwner(owner).find((item) => item.id === id);
    if (!token) throw doesNotExist(`No token ${id} found for user ${owner.id}`);
    this.#byDigest.delete(token.digest);
  }

  ledger(): LedgerEntry[] {
    return [...this.#byDigest.values()]
      .filter((token) => !token.isSeed && !token.isOfRun && !this.#isExpired(token))
      .map((token) => ({
        id: token.id,
        name: token.comment,
        tags: {},
        creator: token.owner.displayName,
        ageSeconds: (this.#clock.now() - token.createdMs) / 1000,
      }));
  }

  #isExpired(token: PersonalToken): boolean {
    return token.expiresMs <= this.#clock.now();
  }
}

function digestOf(value: string): string {
  return createHash("sha256").update(value).digest("hex");
}
