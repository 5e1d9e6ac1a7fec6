import { couldNot } from "../../shared/text/could-not.ts";
import { type Endpoint, systemEndpointId } from "../agent/endpoint.ts";
import type { BuildServer, OpenPullRequest, StageApproval } from "../agent/run/build-server.ts";
import type { Leftover, PipelineHost } from "../agent/run/run-types.ts";
import { connectionId } from "../emulator/azure-devops/oidc-route.ts";
import type { PullRequest } from "../emulator/azure-devops/pull-requests/pull-requests.ts";
import { projectName } from "../emulator/azure-devops/urls.ts";
import type { AzureConnectionConfig } from "../emulator/entra/config.ts";
import type { Emulator } from "../emulator/index.ts";
import { builtTasks, type WorkspaceVariables } from "./planned-workspace.ts";

/**
 * The variables by which the programs of an agent's machine trust the workspace's certificates. Nothing else of the workspace
 * comes with the machine: what a pipeline may use, its service connections and variables give it.
 */
const trustVariables = [
  "NODE_EXTRA_CA_CERTS",
  "REQUESTS_CA_BUNDLE",
  "SSL_CERT_FILE",
  "CURL_CA_BUNDLE",
  "PIP_CERT",
];

/** What a pipeline finds around it when it runs against a local workspace. */
export function agentWorkspace(emulator: Emulator): PipelineHost {
  const { ready, config, azureDevOps, environment } = emulator;
  const hosts = emulator.services.flatMap(({ addresses }) =>
    Object.values(addresses).map((url) => new URL(url).host),
  );
  const collection = `${azureDevOps.collectionUrl}/`;
  const connections = Object.entries(config.serviceConnections ?? {});
  return {
    variables: {
      // As on an agent that was configured with --sslcacert, which sets this variable and no more.
      "Agent.CAInfo": ready.caFile,
      "NotebookOps.AllowedHosts": [...new Set(hosts)].join(","),
      "NotebookOps.FabricUrl": ready.fabricUrl,
      "NotebookOps.OneLakeUrl": ready.oneLakeDfsUrl,
      "System.CollectionUri": collection,
      "System.TeamFoundationCollectionUri": collection,
      "System.TeamFoundationServerUri": collection,
      "System.OidcRequestUri": azureDevOps.oidcRequestUri({ plan: "local", job: "local" }),
    } satisfies WorkspaceVariables,
    secretVariables: { "System.AccessToken": azureDevOps.accessToken },
    variableGroups: config.variableGroups ?? {},
    endpoints: [
      ...connections.map(([name, connection]) =>
        connection.type === "azurerm"
          ? azureEndpoint(emulator, name, connection)
          : organisationEndpoint(emulator, name),
      ),
      {
        id: systemEndpointId,
        name: systemEndpointId,
        type: "externaltfs",
        url: collection,
        authorization: { scheme: "OAuth", parameters: { AccessToken: azureDevOps.accessToken } },
        data: {},
      },
    ],
    taskFolders: [builtTasks()],
    environment: Object.fromEntries(
      trustVariables.flatMap((name) => (environment[name] === undefined ? [] : [[name, environment[name]]])),
    ),
    links: [
      ...emulator.services.flatMap(({ definition: { title }, addresses }) =>
        [...new Set(Object.values(addresses))].map((url) => ({ name: title, url })),
      ),
      { name: "Ledger", url: `${ready.controlUrl}/ledger` },
    ],
    buildServer: buildServer(emulator, collection),
    onSecret: (value) => emulator.keepSecret(value),
    leftovers: () => leftovers(emulator),
  };
}

/** The local Azure DevOps as the server of the run; its first open pull request is what pull-request pipelines run for. */
function buildServer({ ready, azureDevOps, config }: Emulator, collectionUrl: string): BuildServer {
  const { builds, environments, pullRequests, accessToken } = azureDevOps;
  const [open] = config.devops?.pullRequests ?? [];
  return {
    collectionUrl,
    token: accessToken,
    caFile: ready.caFile,
    startBuild: (build) => void builds.start(build),
    renumberBuild: (id, number) => void Object.assign(builds.get(String(id)), { number }),
    updateTimeline: (id, record) => builds.updateTimeline(builds.get(String(id)), record),
    environment: (id, name) => environments.ofJob(name, builds.get(String(id))),
    requestApprovals: (id, stageId, names) => requestApprovals(azureDevOps, id, stageId, names),
    startDeployment: (id, { environment, stage, job }) => {
      const build = builds.get(String(id));
      const place = environments.ofJob(environment, build);
      const deployment = environments.startDeployment(place, { build, stage, job });
      return (result) => environments.finishDeployment(deployment, result);
    },
    addArtifact: (id, artifact, recordId) =>
      builds.addArtifact(builds.get(String(id)), { ...artifact, recordId }),
    attachments: (type) =>
      [...builds.list()]
        .filter(({ project, attachmentsReadable }) => project.name === projectName && attachmentsReadable)
        .reverse()
        .flatMap(({ id, number, attachments }) =>
          attachments
            .filter((attachment) => attachment.type === type)
            .map(({ content }) => ({ buildId: id, buildNumber: number, content: content.toString("utf8") })),
        ),
    tags: (id) => [...builds.get(String(id)).tags],
    finishBuild: (id, result) => builds.finish(id, result),
    ...(open ? { pullRequest: openPullRequest(pullRequests.get(String(open.id))) } : {}),
  };
}

/** Requests the approvals of a stage, and answers them as the config says. */
function requestApprovals(
  { builds, environments, approvals }: Emulator["azureDevOps"],
  id: number,
  stageId: string,
  names: readonly string[],
): StageApproval[] {
  const build = builds.get(String(id));
  const places = names.map((name) => environments.ofJob(name, build));
  return approvals.request(build, stageId, places).map((approval) => {
    const { environment } = approval;
    const answers: StageApproval["answers"] = [];
    for (const { approver, answer, comment = "" } of environment.approvers) {
      if (approval.status !== "pending") break;
      approvals.answer(approval, { approver, answer, comment });
      answers.push({ approver, answer, comment });
    }
    return { environment: environment.name, isApproved: approval.status === "approved", answers };
  });
}

function openPullRequest(pullRequest: PullRequest): OpenPullRequest {
  const { id, title, repository, repositoryId, sourceBranch, targetBranch } = pullRequest;
  const comments = () =>
    pullRequest.threads.flatMap(({ status, comments }) =>
      comments.filter(({ isDeleted }) => !isDeleted).map(({ content }) => ({ status, content })),
    );
  return {
    ...{ id, title, sourceBranch, targetBranch },
    repository: { id: repositoryId, name: repository },
    comments: () => comments().map(({ content }) => content),
    activity: () => [
      ...comments().map(
        ({ status, content }) => `comment (${status}): ${content.split("\n")[0]?.replace(/^#+ /, "")}`,
      ),
      ...pullRequest.statuses.map(
        ({ state, context, description }) => `${context.name}: ${state}, ${description}`,
      ),
    ],
  };
}

/** In the root of each folder that NotebookDeployArtifact deployed. */
const deploymentRecord = "/notebook-ops-deployment.json";

function leftovers(emulator: Emulator): Leftover[] {
  const ledger = emulator.ledger();
  const deployed = ledger.workspaceObjects
    .filter(({ name }) => name.endsWith(deploymentRecord))
    .map(({ name }) => name.slice(0, -deploymentRecord.length));
  const isResult = (name: string) =>
    deployed.some((folder) => `${name}/`.startsWith(`${folder}/`) || folder.startsWith(`${name}/`));
  return Object.entries(ledger).flatMap(([kind, entries]) => {
    // Deployed notebooks are a result, not something left over.
    const left = kind === "workspaceObjects" ? entries.filter(({ name }) => !isResult(name)) : entries;
    return left.map(({ id, name }) => ({ kind, id, name }));
  });
}

/** An azurerm connection whose cloud is the workspace: the fields are those by which sovereign clouds differ. */
function azureEndpoint(
  emulator: Emulator,
  name: string,
  { scheme = "secret" }: AzureConnectionConfig,
): Endpoint {
  const { tenantId, authorityUrl } = emulator.ready;
  const application = emulator.entra.servicePrincipal(name);
  if (!application)
    throw new Error(
      couldNot(
        `find the service principal of the service connection ${name}`,
        "the local tenant has none for it",
        `add ${name} to serviceConnections`,
      ),
    );
  const certificate =
    application.certificate && `${application.certificate.pem}\n${application.certificate.privateKeyPem}`;
  const credentials: Record<typeof scheme, Record<string, string>> = {
    secret: { authenticationType: "spnKey", serviceprincipalkey: application.clientSecret },
    certificate: { authenticationType: "spnCertificate", servicePrincipalCertificate: certificate ?? "" },
    federated: {},
  };
  return {
    id: connectionId(name),
    name,
    type: "azurerm",
    url: "https://management.azure.com/",
    authorization: {
      scheme: scheme === "federated" ? "WorkloadIdentityFederation" : "ServicePrincipal",
      parameters: { tenantid: tenantId, serviceprincipalid: application.clientId, ...credentials[scheme] },
    },
    data: {
      environment: "AzureCloud",
      subscriptionId: "00000000-0000-4000-8000-000000000003",
      subscriptionName: "local",
      activeDirectoryAuthority: authorityUrl,
      environmentAuthorityUrl: authorityUrl,
      activeDirectoryServiceEndpointResourceId: "https://management.core.windows.net/",
      AzureKeyVaultDnsSuffix: "vault.azure.net",
      AzureKeyVaultServiceEndpointResourceId: "https://vault.azure.net",
    },
  };
}

/** A connection to another organisation of Azure DevOps, of the type "Azure Repos/Team Foundation Server" with a token. */
function organisationEndpoint({ azureDevOps }: Emulator, name: string): Endpoint {
  const { collectionUrl, token } = azureDevOps.connectedOrganisations.get(name)!;
  return {
    id: connectionId(name),
    name,
    type: "externaltfs",
    url: `${collectionUrl}/`,
    authorization: { scheme: "Token", parameters: { apitoken: token } },
    data: {},
  };
}
