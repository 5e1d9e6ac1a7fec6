import path from "node:path";
import { type Endpoint, systemEndpointId } from "../../local/agent/endpoint.ts";
import { connectionId } from "../../local/emulator/azure-devops/oidc-route.ts";
import type { WorkspaceConfig } from "../../local/emulator/config.ts";
import type { Fault } from "../../local/emulator/faults.ts";
import { type Emulator, startEmulator } from "../../local/emulator/index.ts";
import { assertNoSecrets, assertNoSecretsIn } from "./secrets.ts";

/** What the driver's processes say of themselves. What a notebook prints is its own, and redacted when it is asked for. */
const driverLog = /(^|[\\/])(python-host|spark)\.log$/;

/** A local workspace of one test, and what the server would give a job of it. */
export interface TestWorkspace extends AsyncDisposable {
  emulator: Emulator;
  /** The config's service connections, and the job's own connection. */
  endpoints: Endpoint[];
  variables: Record<string, string>;
  /** Values that no log may hold. */
  secrets: string[];
  declareFault(fault: Fault): Promise<void>;
  /** What services were asked, as `POST /api/2.0/token/create`. */
  requested(path?: RegExp): string[];
}

/** Starts a workspace without Spark. There is a service connection `azure` unless the config names its own. */
export async function startWorkspace(config: WorkspaceConfig = {}): Promise<TestWorkspace> {
  const serviceConnections = config.serviceConnections ?? { azure: { type: "azurerm" as const } };
  const log: string[] = [];
  const emulator = await startEmulator({
    config: { spark: { master: "none" }, ...config, serviceConnections },
    log: (line) => log.push(line),
  });
  const { ready } = emulator;
  const urls = [ready.authorityUrl, ready.keyVaultUrl, ready.databricksUrl, ready.devopsUrl ?? ""];
  const endpoints = Object.entries(serviceConnections).map(([name, { scheme = "secret" }]) =>
    azureEndpoint(emulator, name, scheme),
  );
  const secrets = [
    ...endpoints.flatMap(({ authorization: { parameters } }) =>
      [parameters.serviceprincipalkey, parameters.servicePrincipalCertificate].filter(
        (each) => each !== undefined,
      ),
    ),
    emulator.azureDevOps.accessToken,
    ready.clientSecret,
    ready.databricksToken,
  ];
  return {
    emulator,
    endpoints: [...endpoints, systemEndpoint(emulator)],
    variables: {
      DATABRICKS_HOST: ready.databricksUrl,
      KEY_VAULT: ready.keyVaultUrl,
      "NotebookOps.AllowedHosts": urls
        .filter((url) => url !== "")
        .map((url) => new URL(url).host)
        .join(","),
      "System.CollectionUri": "https://dev.azure.com/contoso/",
      "System.TeamProject": "weather",
      "System.DefinitionId": "12",
      "Build.BuildId": "345",
      "System.OidcRequestUri": emulator.azureDevOps.oidcRequestUri({ plan: "plan", job: "job" }),
    },
    secrets,
    async declareFault(fault) {
      const response = await fetch(`${ready.controlUrl}/faults`, {
        method: "POST",
        body: JSON.stringify(fault),
      });
      if (!response.ok) throw new Error(`the fault was refused: ${await response.text()}`);
    },
    requested: (path = /.*/) =>
      emulator
        .requests()
        .filter((request) => path.test(request.path))
        .map((request) => `${request.method} ${request.path}`),
    async [Symbol.asyncDispose]() {
      try {
        assertNoSecrets("the log of the local workspace", log.join("\n"), secrets);
        assertNoSecrets("the list of requests", JSON.stringify(emulator.requests()), secrets);
        assertNoSecretsIn(path.dirname(ready.caFile), { known: secrets, files: driverLog });
      } finally {
        await emulator.stop();
      }
    },
  };
}

function azureEndpoint(
  emulator: Emulator,
  name: string,
  scheme: "secret" | "certificate" | "federated",
): Endpoint {
  const application = emulator.servicePrincipal(name)!;
  const parameters: Record<string, string> = {
    tenantid: emulator.ready.tenantId,
    serviceprincipalid: application.clientId,
  };
  if (scheme === "secret")
    Object.assign(parameters, {
      authenticationType: "spnKey",
      serviceprincipalkey: application.clientSecret,
    });
  if (scheme === "certificate")
    Object.assign(parameters, {
      authenticationType: "spnCertificate",
      servicePrincipalCertificate: `${application.certificate!.pem}\n${application.certificate!.privateKeyPem}`,
    });
  return {
    id: connectionId(name),
    name,
    type: "azurerm",
    url: "https://management.azure.com/",
    authorization: {
      scheme: scheme === "federated" ? "WorkloadIdentityFederation" : "ServicePrincipal",
      parameters,
    },
    data: {
      environment: "AzureCloud",
      activeDirectoryAuthority: emulator.ready.authorityUrl,
      environmentAuthorityUrl: emulator.ready.authorityUrl,
      activeDirectoryServiceEndpointResourceId: "https://management.core.windows.net/",
      AzureKeyVaultDnsSuffix: "vault.azure.net",
      AzureKeyVaultServiceEndpointResourceId: "https://vault.azure.net",
    },
  };
}

function systemEndpoint(emulator: Emulator): Endpoint {
  return {
    id: systemEndpointId,
    name: systemEndpointId,
    type: "externaltfs",
    url: `${emulator.azureDevOps.collectionUrl}/`,
    authorization: { scheme: "OAuth", parameters: { AccessToken: emulator.azureDevOps.accessToken } },
    data: {},
  };
}
