import { randomUUID } from "node:crypto";
import path from "node:path";
import { entra } from "../entra/index.ts";
import { defineService, type Service, type ServiceContext } from "../service.ts";
import { TokenIssuer } from "../token-issuer.ts";
import { Access } from "./access.ts";
import { artifactRoutes } from "./artifacts/index.ts";
import { artifactListRoutes } from "./builds/artifact-routes.ts";
import { attachmentRoutes } from "./builds/attachment-routes.ts";
import { buildRoutes } from "./builds/build-routes.ts";
import { Builds } from "./builds/builds.ts";
import { definitionRoutes } from "./builds/definition-routes.ts";
import { timelineRoutes } from "./builds/timeline-routes.ts";
import type { AzureDevOpsConfig } from "./config.ts";
import { azureDevOpsFields } from "./config-schema.ts";
import { withConventions } from "./conventions.ts";
import { azureDevOpsDialect } from "./dialect.ts";
import { endpointRoutes } from "./endpoint-routes.ts";
import { approvalRoutes } from "./environments/approval-routes.ts";
import { Approvals } from "./environments/approvals.ts";
import { environmentRoutes } from "./environments/environment-routes.ts";
import { Environments } from "./environments/environments.ts";
import { libraryRoutes } from "./library-routes.ts";
import { locationRoutes } from "./location-routes.ts";
import { oidcRoute } from "./oidc-route.ts";
import { organisationName } from "./organisation.ts";
import { projectRoutes } from "./project-routes.ts";
import { Projects } from "./projects.ts";
import { pullRequestRoutes } from "./pull-requests/pull-request-routes.ts";
import { PullRequests } from "./pull-requests/pull-requests.ts";
import { threadRoutes } from "./pull-requests/thread-routes.ts";
import { testAttachmentRoutes } from "./tests/attachment-routes.ts";
import { testSummaryRoutes } from "./tests/summary-routes.ts";
import { testRunRoutes } from "./tests/test-run-routes.ts";
import { TestRuns } from "./tests/test-runs.ts";
import { collectionUrl, projectName, pypiIndexUrl, pypiUploadUrl } from "./urls.ts";

const oidcPath = `/${organisationName}/${projectName}/_apis/distributedtask/hubs/build/plans/{plan}/jobs/{job}/oidctoken`;

interface AzureDevOps extends Service<never, { devopsToken: string }> {
  /** `System.CollectionUri` without its slash. */
  collectionUrl: string;
  /** `System.AccessToken` of a job, which may publish to each feed. */
  accessToken: string;
  /** A token that can only read feeds. */
  readerToken: string;
  /** The organisations that service connections of the config connect to, by the name of the connection. */
  connectedOrganisations: ReadonlyMap<string, ConnectedOrganisation>;
  /** The pipeline runs. The program that runs a pipeline starts and finishes its build here. */
  builds: Builds;
  environments: Environments;
  approvals: Approvals;
  pullRequests: PullRequests;
  testRuns: TestRuns;
  /** A token of a person, who can answer the approvals that wait for them. */
  tokenOf(person: string): string;
  /** `System.OidcRequestUri` of a job. */
  oidcRequestUri(job: { plan: string; job: string }): string;
}

interface ConnectedOrganisation {
  /** The address of the organisation, without a slash at its end. */
  collectionUrl: string;
  /** The token of the service connection. */
  token: string;
}

/** The local Azure DevOps organisation: feeds, builds, pull requests, test runs, and the tokens of service connections. */
export const azureDevOps = defineService({
  name: "azure-devops",
  title: "Azure DevOps",
  portOffset: 4,
  configFields: azureDevOpsFields,
  // What a pipeline publishes here is a product or a record, and not something left behind.
  ledgerKinds: [],
  addresses: (origin) => ({ devopsUrl: collectionUrl(origin) }),
  async start({
    workspace,
    origin,
    config,
    service,
  }: ServiceContext<AzureDevOpsConfig>): Promise<AzureDevOps> {
    const { clock } = workspace;
    const createdOn = new Date(clock.now()).toISOString();
    const { directory, organisationConnections, serviceConnections } = service(entra);
    const access = new Access(config.devops?.permissions);
    for (const token of [access.buildToken, access.readerToken]) workspace.secrets.add(token);
    const feeds = new Map([[organisationName, config.feeds ?? []]]);
    const connectedOrganisations = new Map<string, ConnectedOrganisation>();
    for (const [connection, { organisation, feeds: addresses = [] }] of organisationConnections) {
      const token = access.createFeedToken(organisation);
      workspace.secrets.add(token);
      feeds.set(organisation, [...new Set([...(feeds.get(organisation) ?? []), ...addresses])]);
      connectedOrganisations.set(connection, { collectionUrl: collectionUrl(origin, organisation), token });
    }
    const {
      projects: projectNames,
      environments: existing = [],
      builds: earlierBuilds = [],
    } = config.devops ?? {};
    const projects = new Projects(projectNames);
    const environments = new Environments(clock);
    const approvals = new Approvals(clock);
    const project = projects.named(projectName, "create the environments");
    environments.createAll(existing, project);
    const builds = new Builds(clock, { projects, environments, approvals });
    for (const build of earlierBuilds) builds.add(build);
    const testRuns = new TestRuns(clock);
    const pullRequests = new PullRequests(clock, () =>
      builds
        .list()
        .filter(({ repository }) => repository.type === "TfsGit")
        .map(({ repository }) => repository.name),
    );
    for (const pullRequest of config.devops?.pullRequests ?? []) pullRequests.open(pullRequest);
    const issuer = new TokenIssuer(collectionUrl(origin));
    directory.federatedIssuers.push(issuer);
    return {
      dialect: azureDevOpsDialect,
      pathsIgnoreCase: true,
      routes: [
        ...locationRoutes(access, randomUUID()),
        ...projectRoutes(projects, access, createdOn),
        ...libraryRoutes(config.variableGroups ?? {}, { access, secrets: workspace.secrets, createdOn }),
        ...endpointRoutes(serviceConnections, { access, directory }),
        ...artifactRoutes(feeds, clock, access),
        ...buildRoutes(builds, projects, access),
        ...definitionRoutes(builds, projects, access),
        ...attachmentRoutes(builds, projects, access),
        ...artifactListRoutes(builds, projects, access),
        ...timelineRoutes(builds, projects, access),
        ...environmentRoutes(environments, projects, access),
        ...approvalRoutes(approvals, projects, access),
        ...pullRequestRoutes(pullRequests, access),
        ...threadRoutes(pullRequests, access),
        ...testRunRoutes(testRuns, builds, access),
        ...testAttachmentRoutes(testRuns, access),
        ...testSummaryRoutes(testRuns, builds, access),
        oidcRoute({ path: oidcPath, connections: directory.connections(), issuer, access, clock }),
      ].map(withConventions),
      ready: { devopsToken: access.buildToken },
      environment: {
        AZURE_DEVOPS_URL: collectionUrl(origin),
        AZURE_DEVOPS_EXT_PAT: access.buildToken,
        // azure-devops for Python keeps addresses in a cache of the user, where those of an earlier workspace may be.
        AZURE_DEVOPS_CACHE_DIR: path.join(workspace.stateFolder, "azure-devops-cache"),
      },
      placeholders: {
        pypiIndexUrl: (feed) => pypiIndexUrl(origin, feed, access),
        pypiUploadUrl: (feed) => pypiUploadUrl(origin, feed),
      },
      ledger: () => ({}),
      connectedOrganisations,
      builds,
      environments,
      approvals,
      pullRequests,
      testRuns,
      collectionUrl: collectionUrl(origin),
      accessToken: access.buildToken,
      readerToken: access.readerToken,
      tokenOf: (person) => {
        const token = access.tokenOf(person);
        workspace.secrets.add(token);
        return token;
      },
      oidcRequestUri: ({ plan, job }) => `${origin}${oidcPath.replace("{plan}", plan).replace("{job}", job)}`,
    };
  },
});
