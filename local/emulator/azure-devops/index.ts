import { randomUUID } from "node:crypto";
import type { Directory } from "../entra/directory.ts";
import type { Service } from "../service.ts";
import { TokenIssuer } from "../token-issuer.ts";
import type { Workspace } from "../workspace.ts";
import { Access } from "./access.ts";
import { azureDevOpsDialect } from "./dialect.ts";
import { feedRoutes } from "./feed-routes.ts";
import { Feeds } from "./feeds.ts";
import { locationRoutes } from "./location-routes.ts";
import { oidcRoute } from "./oidc-route.ts";
import { pypiRoutes } from "./pypi-routes.ts";

export { connectionId } from "./oidc-route.ts";

/** The one organisation and project of the local Azure DevOps. */
export const ORGANISATION = "local";
export const PROJECT = "local";

const OIDC_PATH = `/${ORGANISATION}/${PROJECT}/_apis/distributedtask/hubs/build/plans/{plan}/jobs/{job}/oidctoken`;

export interface AzureDevOps extends Service {
  /** `System.CollectionUri` without its slash. */
  collectionUrl: string;
  /** `System.AccessToken`: may publish to each feed. */
  accessToken: string;
  /** `System.OidcRequestUri` of a job. */
  oidcRequestUri(job: { plan: string; job: string }): string;
  /** A feed's package index for pip, with a token in it that can only read. */
  pypiIndexUrl(feed: string): string;
  /** Where twine publishes to a feed; the credential goes with the request. */
  pypiUploadUrl(feed: string): string;
}

/** The local Azure DevOps organisation: Azure Artifacts feeds and the tokens of service connections. */
export function createAzureDevOps(workspace: Workspace, directory: Directory): AzureDevOps {
  const url = workspace.urls["azure-devops"];
  const access = new Access();
  const feeds = new Feeds(workspace.clock);
  for (const name of workspace.config.feeds ?? []) feeds.create(name);
  const issuer = new TokenIssuer(`${url}/${ORGANISATION}`);
  directory.federatedIssuers.push(issuer);
  const feedUrl = (feed: string, credentials = "") =>
    `${url.replace("https://", `https://${credentials}`)}/${ORGANISATION}/_packaging/${feed}/pypi`;
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
    collectionUrl: `${url}/${ORGANISATION}`,
    accessToken: access.buildToken,
    oidcRequestUri: ({ plan, job }) => `${url}${OIDC_PATH.replace("{plan}", plan).replace("{job}", job)}`,
    pypiIndexUrl: (feed) => `${feedUrl(feed, `build:${access.readerToken}@`)}/simple/`,
    pypiUploadUrl: (feed) => `${feedUrl(feed)}/upload/`,
  };
}
