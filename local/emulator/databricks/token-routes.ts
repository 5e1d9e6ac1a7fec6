import type { Route } from "../http/route.ts";
import type { DefineRoute } from "./api-route.ts";
import { apiError, invalidParameter } from "./errors.ts";
import type { PersonalToken, PersonalTokens } from "./personal-tokens.ts";

const quota = 600;

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
