import { randomUUID } from "node:crypto";
import type { Directory } from "../entra/directory.ts";
import type { Service } from "../service.ts";
import { TokenIssuer } from "../token-issuer.ts";
import type { Workspace } from "../workspace.ts";
import type { Access } from "./access.ts";
import { artifactRoutes } from "./artifacts/index.ts";
import { attachmentRoutes } from "./builds/attachment-routes.ts";
import { buildRoutes } from "./builds/build-routes.ts";
import { Builds } from "./builds/builds.ts";
import { azureDevOpsDialect } from "./dialect.ts";
import { locationRoutes } from "./location-routes.ts";
import { oidcRoute } from "./oidc-route.ts";
import { pullRequestRoutes } from "./pull-requests/pull-request-routes.ts";
import { PullRequests } from "./pull-requests/pull-requests.ts";
import { threadRoutes } from "./pull-requests/thread-routes.ts";
import { testAttachmentRoutes } from "./tests/attachment-routes.ts";
import { testSummaryRoutes } from "./tests/summary-routes.ts";
import { testRunRoutes } from "./tests/test-run-routes.ts";
import { TestRuns } from "./tests/test-runs.ts";
import { collectionUrl, organisationName, projectName } from "./urls.ts";

const oidcPath = `/${organisationName}/${projectName}/_apis/distributedtask/hubs/build/plans/{plan}/jobs/{job}/oidctoken`;

export interface AzureDevOps extends Service {
  /** `System.CollectionUri` without its slash. */
  collectionUrl: string;
  /** `System.AccessToken` of a job: may publish to each feed. */
  accessToken: string;
  /** A token that can only read feeds. */
  readerToken: string;
  /** The pipeline runs: whoever runs a pipeline starts and finishes its build here. */
  builds: Builds;
  pullRequests: PullRequests;
  testRuns: TestRuns;
  /** `System.OidcRequestUri` of a job. */
  oidcRequestUri(job: { plan: string; job: string }): string;
}

/** The local Azure DevOps organisation: where tasks find their feeds, packages, tools and tokens. */
export function createAzureDevOps(workspace: Workspace, directory: Directory, access: Access): AzureDevOps {
  const url = workspace.urls["azure-devops"];
  const builds = new Builds(workspace.clock);
  const testRuns = new TestRuns(workspace.clock);
  const pullRequests = new PullRequests(workspace.clock);
  for (const pullRequest of workspace.config.devops?.pullRequests ?? []) pullRequests.open(pullRequest);
  const issuer = new TokenIssuer(collectionUrl(url));
  directory.federatedIssuers.push(issuer);
  return {
    name: "azure-devops",
    dialect: azureDevOpsDialect,
    pathsIgnoreCase: true,
    routes: [
      ...locationRoutes(access, randomUUID()),
      ...artifactRoutes(workspace, access),
      ...buildRoutes(builds, access),
      ...attachmentRoutes(builds, access),
      ...pullRequestRoutes(pullRequests, access),
      ...threadRoutes(pullRequests, access),
      ...testRunRoutes(testRuns, builds, access),
      ...testAttachmentRoutes(testRuns, access),
      ...testSummaryRoutes(testRuns, builds, access),
      oidcRoute({
        path: oidcPath,
        connections: Object.keys(workspace.config.serviceConnections ?? {}),
        issuer,
        access,
        clock: workspace.clock,
      }),
    ],
    builds,
    pullRequests,
    testRuns,
    // What a pipeline publishes is its product or its record: nothing here is left behind.
    ledger: () => ({}),
    collectionUrl: collectionUrl(url),
    accessToken: access.buildToken,
    readerToken: access.readerToken,
    oidcRequestUri: ({ plan, job }) => `${url}${oidcPath.replace("{plan}", plan).replace("{job}", job)}`,
  };
}
