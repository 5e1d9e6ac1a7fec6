import assert from "node:assert/strict";
import type { StageResult } from "../../local/agent/step-session.ts";
import { maskedForms } from "../../shared/task/masking.ts";
import { databricksEndpoint, oauthSecret } from "../harness/databricks-api.ts";
import { type StepChanges, type TaskFixture, taskFixture } from "../harness/task-fixture.ts";

/**
 * The agent masks secret variables and connections by itself, as they are. It learns all that a task fetches, creates or derives, and every
 * base64 form, by `task.setsecret` alone: so these tests look for each value among the commands, not in the log.
 */
describe("a task's masking commands", () => {
  const succeeded = async (step: TaskFixture, changes?: StepChanges) => {
    const result = await step.run(changes);
    assert.equal(result.result, "succeeded", result.log);
    return result;
  };

  it("masks the values that it fetches from a key vault", async () => {
    await using step = await taskFixture("KeyVaultFetchSecrets", {
      workspace: { keyVault: { secrets: { password: "the value in the vault" } } },
      inputs: { secrets: "password" },
    });
    assertMasked(await succeeded(step), "the value in the vault");
  });

  it("masks each line of a value that it sets as a base64 variable", async () => {
    const key = "the first line\nthe second line";
    await using step = await taskFixture("KeyVaultFetchSecrets", {
      workspace: { keyVault: { secrets: { key } } },
      inputs: { secrets: "key" },
    });
    assertMasked(await succeeded(step), key);
  });

  it("masks the Entra token that it signs in with, and the secret of the service connection", async () => {
    await using step = await taskFixture("DatabricksCreateBearerToken", { inputs: { tokenKind: "entra" } });
    const result = await succeeded(step);
    assertMasked(result, result.secretVariables.BearerToken!);
    assertMasked(result, step.workspace.emulator.entra.servicePrincipal("azure")!.clientSecret);
  });

  it("masks the personal access token that it creates, and the Entra token that it uses for that", async () => {
    await using step = await taskFixture("DatabricksCreateBearerToken");
    const result = await succeeded(step);
    assertMasked(result, result.secretVariables.BearerToken!);
    assert.ok(masked(result).some(isJsonWebToken));
  });

  it("masks the token of the job when it uses it", async () => {
    await using step = await taskFixture("NotebookDeployArtifact", {
      workspace: { feeds: ["weather"] },
      inLocalOrganisation: true,
      inputs: {
        feed: "weather",
        packageName: "absent",
        packageVersion: "1.0.0",
        environment: "qa",
        workspaceFolder: "/Shared/weather",
      },
    });
    assertMasked(await step.run(), step.workspace.emulator.azureDevOps.accessToken);
  });

  it("masks a bearer token in its input before anything is logged with System.Debug", async () => {
    await using step = await taskFixture("DatabricksDeleteCluster", { hasCluster: true });
    const token = step.workspace.emulator.ready.databricksToken;
    const variables = { "System.Debug": "true" };
    const result = await succeeded(step, { inputs: { bearerToken: token }, variables });
    assertMasked(result, token);
    assert.match(result.log, /##\[debug\]/);
  });

  it("masks the token of a Databricks connection", async () => {
    await using step = await taskFixture("DatabricksDeleteCluster", { hasCluster: true });
    const token = step.workspace.emulator.ready.databricksToken;
    const endpoint = databricksEndpoint(step.workspace, { scheme: "Token", parameters: { apitoken: token } });
    const endpoints = [...step.workspace.endpoints, endpoint];
    const result = await succeeded(step, { inputs: { databricksConnection: endpoint.id }, endpoints });
    assertMasked(result, token);
  });

  it("masks the secret of a Databricks connection, the header made of it, and the token that it is exchanged for", async () => {
    await using step = await taskFixture("DatabricksDeleteCluster", { hasCluster: true });
    const { clientId, secret } = await oauthSecret(step.workspace);
    const parameters = { username: clientId, password: secret };
    const endpoint = databricksEndpoint(step.workspace, { scheme: "UsernamePassword", parameters });
    const endpoints = [...step.workspace.endpoints, endpoint];
    const result = await step.run({ inputs: { databricksConnection: endpoint.id }, endpoints });
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

/** Asserts that the secret is masked as it is, line by line, and base64 encoded at each offset. */
function assertMasked(result: StageResult, secret: string): void {
  const forms = masked(result);
  for (const form of maskedForms(secret))
    assert.ok(forms.includes(form), `${form.slice(0, 3)}… is not masked`);
}
