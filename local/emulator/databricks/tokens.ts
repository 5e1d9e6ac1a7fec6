import { createHash, randomBytes } from "node:crypto";
import type { Clock } from "../clock.ts";
import type { Route } from "../http/route.ts";
import type { LedgerEntry } from "../ledger.ts";
import type { SecretValues } from "../secret-values.ts";
import type { DefineRoute } from "./api-route.ts";
import { apiError, credentialError, doesNotExist, invalidParameter } from "./errors.ts";
import type { Principal } from "./principal.ts";

interface PersonalToken {
  id: string;
  /** SHA-256 of the token: the value itself is shown once and not kept. */
  digest: string;
  comment: string;
  createdMs: number;
  expiresMs: number;
  owner: Principal;
  isSeed: boolean;
}

const twoYearsSeconds = 730 * 24 * 3600;
const quota = 600;

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
    options: { comment: string; lifetimeSeconds?: number | undefined; isSeed?: boolean },
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
    };
    this.#byDigest.set(token.digest, token);
    return { value, token };
  }

  ownerOf(value: string): Principal {
    const token = this.#byDigest.get(digestOf(value));
    // An expired token and one that never was are told apart by nobody: learn.microsoft.com/azure/databricks/kb/jobs/job-fails-invalid-access-token
    if (token && !this.#isExpired(token)) return token.owner;
    throw credentialError(403, "Invalid access token.");
  }

  ofOwner(owner: Principal): PersonalToken[] {
    return [...this.#byDigest.values()].filter(
      (token) => token.owner.id === owner.id && !this.#isExpired(token),
    );
  }

  revoke(owner: Principal, id: string): void {
    const token = this.ofOwner(owner).find((item) => item.id === id);
    if (!token) throw doesNotExist(`No token ${id} found for user ${owner.id}`);
    this.#byDigest.delete(token.digest);
  }

  ledger(): LedgerEntry[] {
    return [...this.#byDigest.values()]
      .filter((token) => !token.isSeed && !this.#isExpired(token))
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

export function tokenRoutes(route: DefineRoute, tokens: PersonalTokens): Route[] {
  const info = (token: PersonalToken) => ({
    token_id: token.id,
    comment: token.comment,
    creation_time: token.createdMs,
    expiry_time: token.expiresMs,
    created_by_username: token.owner.userName,
  });
  return [
    route("POST", "/api/2.0/token/create", "tokens/create", (fields, caller) => {
      const lifetimeSeconds = fields.integer("lifetime_seconds");
      if (lifetimeSeconds !== undefined && lifetimeSeconds <= 0) {
        throw invalidParameter("lifetime_seconds must be a positive number of seconds");
      }
      if (tokens.ofOwner(caller).length >= quota) {
        throw apiError(
          400,
          "QUOTA_EXCEEDED",
          `The number of tokens for the user has reached the limit of ${quota}`,
        );
      }
      const { value, token } = tokens.create(caller, {
        comment: fields.string("comment") ?? "",
        lifetimeSeconds,
      });
      return { token_value: value, token_info: info(token) };
    }),
    route("GET", "/api/2.0/token/list", "tokens/list", (_fields, caller) => ({
      token_infos: tokens.ofOwner(caller).map(info),
    })),
    route("POST", "/api/2.0/token/delete", "tokens/delete", (fields, caller) => {
      tokens.revoke(caller, fields.requiredString("token_id"));
      return {};
    }),
  ];
}

function digestOf(value: string): string {
  return createHash("sha256").update(value).digest("hex");
}
