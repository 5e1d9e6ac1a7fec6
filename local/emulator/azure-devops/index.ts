import { randomUUID } from "node:crypto";
import type { Directory } from "../entra/directory.ts";
import type { Service } from "../service.ts";
import { TokenIssuer } from "../token-issuer.ts";
import type { Workspace } from "../workspace.ts";
import type { Access } from "./access.ts";
import { azureDevOpsDialect } from "./dialect.ts";
import { feedRoutes } from "./feed-routes.ts";
import { Feeds } from "./feeds.ts";
import { locationRoutes } from "./location-routes.ts";
import { oidcRoute } from "./oidc-route.ts";
import { pypiRoutes } from "./pypi-routes.ts";
import { collectionUrl, ORGANISATION, PROJECT } from "./urls.ts";

export { connectionId } from "./oidc-route.ts";

const OIDC_PATH = `/${ORGANISATION}/${PROJECT}/_apis/distributedtask/hubs/build/plans/{plan}/jobs/{job}/oidctoken`;

export interface AzureDevOps extends Service {
  /** `System.CollectionUri` without its slash. */
  collectionUrl: string;
  /** `System.AccessToken` of a job: may publish to each feed. */
  accessToken: string;
  /** `System.OidcRequestUri` of a job. */
  oidcRequestUri(job: { plan: string; job: string }): string;
}

/** The local Azure DevOps organisation: Azure Artifacts feeds and the tokens of service connections. */
export function createAzureDevOps(workspace: Workspace, directory: Directory, access: Access): AzureDevOps {
  const url = workspace.urls["azure-devops"];
  const feeds = new Feeds(workspace.clock);
  for (const name of workspace.config.feeds ?? []) feeds.create(name);
  const issuer = new TokenIssuer(collectionUrl(url));
  directory.federatedIssuers.push(issuer);
  return {
    name: "azure-devops",
    dialect: azureDevOpsDialect,
    routes: [
      ...locationRoutes(access, randomUUID()),
      ...feedRoutes(feeds, access),
      ...pypiRoutes(feeds, access),
      oidcRoute({
        path: OIDC_PATH,
        connections: Object.keys(workspace.config.serviceConnections ?? {}),
        issuer,
        access,
        clock: workspace.clock,
      }),
    ],
    // What a pipeline publishes is its product: nothing here is left behind.
    ledger: () => ({}),
    collectionUrl: collectionUrl(url),
    accessToken: access.buildToken,
    oidcRequestUri: ({ plan, job }) => `${url}${OIDC_PATH.replace("{plan}", plan).replace("{job}", job)}`,
  };
}
