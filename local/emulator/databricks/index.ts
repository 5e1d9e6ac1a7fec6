import type { Directory } from "../entra/directory.ts";
import type { Service } from "../service.ts";
import { TokenIssuer } from "../token-issuer.ts";
import type { Workspace } from "../workspace.ts";
import { authenticatedRoutes } from "./api-route.ts";
import { Authentication } from "./authentication.ts";
import { dialect } from "./dialect.ts";
import { Principals } from "./principal.ts";
import { PersonalTokens, tokenRoutes } from "./tokens.ts";

export interface Databricks extends Service {
  /** A personal access token of the workspace's administrator. */
  adminToken: string;
}

/** The local Databricks workspace. */
export function createDatabricks(workspace: Workspace, directory: Directory): Databricks {
  const config = workspace.config.databricks ?? {};
  const principals = new Principals();
  for (const application of directory.all()) {
    if (application.inDatabricks)
      principals.add("service-principal", application.clientId, application.displayName);
  }
  const tokens = new PersonalTokens(workspace.clock);
  const oauth = new TokenIssuer(`${workspace.urls.databricks}/oidc`);
  const route = authenticatedRoutes(new Authentication({ workspace, directory, principals, tokens, oauth }));
  return {
    name: "databricks",
    ...(config.requestsPerSecond ? { requestsPerSecond: config.requestsPerSecond } : {}),
    adminToken: tokens.create(principals.admin, { comment: "local administrator", isSeed: true }).value,
    dialect,
    routes: [...tokenRoutes(route, tokens)],
    ledger: () => ({ tokens: tokens.ledger() }),
  };
}
