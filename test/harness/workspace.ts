import path from "node:path";
import type { Endpoint } from "../../local/agent/endpoint.ts";
import { agentWorkspace } from "../../local/cli/agent-workspace.ts";
import { projectId, projectName } from "../../local/emulator/azure-devops/urls.ts";
import type { WorkspaceConfig } from "../../local/emulator/config.ts";
import type { Fault } from "../../local/emulator/faults.ts";
import { type Emulator, startEmulator } from "../../local/emulator/index.ts";
import { assertNoSecrets, assertNoSecretsIn } from "./secrets.ts";

/** The logs that the driver's processes write about themselves. What a notebook prints is redacted when it is read. */
const driverLog = /(^|[\\/])(python-host|spark)\.log$/;

/** The variables of the job by which a task names what it creates. */
export const jobVariables: Record<string, string> = {
  "System.CollectionUri": "https://dev.azure.com/contoso/",
  "System.TeamProject": "weather",
  "System.DefinitionId": "12",
  "Build.BuildId": "345",
};

/**
 * Starts pipeline run 345 in the local organisation.
 * @returns the variables by which a job of it differs from `jobVariables`
 */
export function startBuild({ emulator }: TestWorkspace): Record<string, string> {
  const planId = "00000000-0000-4000-8000-000000000345";
  emulator.azureDevOps.builds.start({
    ...{ id: 345, number: "20261121.1", definition: { id: 12, name: "weather" }, planId },
    ...{ sourceBranch: "refs/heads/main", sourceVersion: "0a1b2c", reason: "manual" },
    repository: { id: "weather", name: "weather", type: "TfsGit" },
  });
  return {
    "System.CollectionId": "00000000-0000-4000-8000-000000000002",
    "System.TeamProject": projectName,
    "System.TeamProjectId": projectId,
  };
}

/** A local workspace of one test, and what the server would give a job of it. */
export interface TestWorkspace extends AsyncDisposable {
  emulator: Emulator;
  /** The config's service connections, and the job's own connection. */
  endpoints: Endpoint[];
  variables: Record<string, string>;
  /** Values that must not be in any log. */
  secrets: string[];
  declareFault(fault: Fault): Promise<void>;
  /** Takes back the faults that are still to come. */
  clearFaults(): Promise<void>;
  /** Moves the workspace's clock: late effects happen, idle clusters and tokens grow older. */
  advanceClock(seconds: number): Promise<void>;
  /** The requests that the services received, such as `POST /api/2.0/token/create`. */
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
  const { endpoints, variables } = agentWorkspace(emulator);
  const control = async (method: "POST" | "DELETE", path: string, body?: object) => {
    const response = await fetch(`${ready.controlUrl}${path}`, { method, body: JSON.stringify(body) });
    if (!response.ok)
      throw new Error(
        `Could not ${method} ${path} of the local workspace: it answered ${response.status} ${await response.text()}`,
      );
  };
  const secrets = [
    ...endpoints.flatMap(({ authorization: { parameters } }) =>
      [parameters.serviceprincipalkey, parameters.servicePrincipalCertificate, parameters.apitoken].filter(
        (each) => each !== undefined,
      ),
    ),
    emulator.azureDevOps.accessToken,
    ready.clientSecret,
    ready.databricksToken,
  ];
  return {
    emulator,
    endpoints,
    variables: {
      DATABRICKS_HOST: ready.databricksUrl,
      KEY_VAULT: ready.keyVaultUrl,
      ...Object.fromEntries(Object.entries(variables).filter(([name]) => name.startsWith("NotebookOps."))),
      ...jobVariables,
      "System.OidcRequestUri": emulator.azureDevOps.oidcRequestUri({ plan: "plan", job: "job" }),
    },
    secrets,
    declareFault: (fault) => control("POST", "/faults", fault),
    clearFaults: () => control("DELETE", "/faults"),
    advanceClock: (advanceSeconds) => control("POST", "/clock", { advanceSeconds }),
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
