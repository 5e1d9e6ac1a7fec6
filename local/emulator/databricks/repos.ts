import type { Route } from "../http/route.ts";
import type { DefineRoute } from "./api-route.ts";
import { doesNotExist } from "./errors.ts";

/** The local workspace has no Git folder, which a client can learn here. Creating one is refused with a sentence: missing-routes.ts. */
export function repoRoutes(route: DefineRoute): Route[] {
  return [
    route("GET", "/api/2.0/repos", "repos/list", () => ({ repos: [] })),
    route("GET", "/api/2.0/repos/{id}", "repos/get", (_fields, _caller, request) => {
      throw doesNotExist(`Repo ${request.parameter("id")} does not exist.`); // unconfirmed wording
    }),
    route("GET", "/api/2.0/git-credentials", "gitcredentials/list", () => ({ credentials: [] })),
  ];
}
