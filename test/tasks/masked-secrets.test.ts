import assert from "node:assert/strict";
import type { StageResult } from "../../local/agent/step-session.ts";
import { maskedForms } from "../../shared/task/masking.ts";
import { type RunTaskOptions, runTask } from "../harness/run-task.ts";
import { startWorkspace, type TestWorkspace } from "../harness/workspace.ts";
import { organisation } from "./azure-devops-api.ts";
import { databricksEndpoint, existingCluster, oauthSecret } from "./databricks-api.ts";

/**
 * The agent masks secret variables and connections by itself, as they are. All that a task fetches, mints or derives, and every base64
 * form, it learns by `task.setsecret` alone: so each of these is looked for among the commands, not in the log.
 */
describe("a task tells the agent's masker", () => {
  let workspace: TestWorkspace;
  beforeEach(async () => {
    workspace = await startWorkspace({
      feeds: ["weather"],
      keyVault: { secrets: { password: "the value in the vault", key: "the first line\nthe second line" } },
    });
  });
  afterEach(() => workspace[Symbol.asyncDispose]());

  const run = async (task: string, inputs: Record<string, string>, options: Partial<RunTaskOptions> = {}) => {
    const result = await runTask({ task, workspace, ...options, inputs });
    assert.equal(result.result, "succeeded", result.log);
    return result;
  };

  it("the values that it fetches from a key vault", async () => {
    const inputs = {
      azureSubscription: "azure",
      keyVault: workspace.variables.KEY_VAULT!,
      secrets: "password",
    };
    assertMasked(await run("KeyVaultFetchSecrets", inputs), "the value in the vault");
  });

  it("each line of a value that it puts into a variable as base64", async () => {
    const inputs = { azureSubscription: "azure", keyVault: workspace.variables.KEY_VAULT!, secrets: "key" };
    assertMasked(await run("KeyVaultFetchSecrets", inputs), "the first line\nthe second line");
  });

  it("the Entra token that it signs in with, and the secret of the service connection", async () => {
    const result = await run("DatabricksCreateBearerToken", {
      azureSubscription: "azure",
      tokenKind: "entra",
    });
    assertMasked(result, result.secretVariables.BearerToken!);
    assertMasked(result, workspace.emulator.servicePrincipal("azure")!.clientSecret);
  });

  it("the personal access token that it creates, and the Entra token by which it does", async () => {
    const result = await run("DatabricksCreateBearerToken", { azureSubscription: "azure" });
    assertMasked(result, result.secretVariables.BearerToken!);
    assert.ok(masked(result).some(isJsonWebToken));
  });

  it("the token of the job, once it uses it", async () => {
    const result = await runTask({
      task: "NotebookDeployArtifact",
      workspace,
      variables: organisation(workspace),
      secretVariables: { BearerToken: workspace.emulator.ready.databricksToken },
      inputs: {
        feed: "weather",
        packageName: "absent",
        packageVersion: "1.0.0",
        environment: "qa",
        workspaceFolder: "/Shared/weather",
      },
    });
    assertMasked(result, workspace.emulator.azureDevOps.accessToken);
  });

  it("a bearer token that stands in its input, before anything is logged with System.Debug", async () => {
    const token = workspace.emulator.ready.databricksToken;
    const clusterId = await existingCluster(workspace);
    const variables = { "System.Debug": "true" };
    const result = await run("DatabricksDeleteCluster", { clusterId, bearerToken: token }, { variables });
    assertMasked(result, token);
    assert.match(result.log, /##\[debug\]/);
  });

  it("the token of a Databricks connection", async () => {
    const token = workspace.emulator.ready.databricksToken;
    const endpoint = databricksEndpoint(workspace, { scheme: "Token", parameters: { apitoken: token } });
    const inputs = { clusterId: await existingCluster(workspace), databricksConnection: endpoint.id };
    const endpoints = [...workspace.endpoints, endpoint];
    assertMasked(await run("DatabricksDeleteCluster", inputs, { endpoints }), token);
  });

  it("the secret of a Databricks connection, in the form of its header, and the token that it is traded for", async () => {
    const { clientId, secret } = await oauthSecret(workspace);
    const parameters = { username: clientId, password: secret };
    const endpoint = databricksEndpoint(workspace, { scheme: "UsernamePassword", parameters });
    const inputs = { clusterId: await existingCluster(workspace), databricksConnection: endpoint.id };
    const endpoints = [...workspace.endpoints, endpoint];
    const result = await runTask({ task: "DatabricksDeleteCluster", workspace, endpoints, inputs });
    assertMasked(result, secret);
    assertMasked(result, Buffer.from(`${clientId}:${secret}`).toString("base64"));
    assert.ok(masked(result).some(isJsonWebToken));
  });
});

function isJsonWebToken(text: string): boolean {
  return /^eyJ[\w-]+\.[\w-]+\.[\w-]+$/.test(text);
}

function masked({ commands }: StageResult): string[] {
  return commands.flatMap(({ area, event, data }) => (`${area}.${event}` === "task.setsecret" ? [data] : []));
}

/** Itself, each of its lines, and what base64 makes of it wherever it stands. */
function assertMasked(result: StageResult, secret: string): void {
  const forms = masked(result);
  for (const form of maskedForms(secret))
    assert.ok(forms.includes(form), `${form.slice(0, 3)}… is not masked`);
}
