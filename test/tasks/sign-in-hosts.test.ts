import assert from "node:assert/strict";
import type { Endpoint } from "../../local/agent/endpoint.ts";
import type { WorkspaceConfig } from "../../local/emulator/config.ts";
import { errors } from "../harness/run-task.ts";
import { startStranger } from "../harness/stranger.ts";
import { type StepChanges, taskFixture } from "../harness/task-fixture.ts";
import type { TestWorkspace } from "../harness/workspace.ts";

const federated = {
  serviceConnections: { azure: { type: "azurerm" as const, scheme: "federated" as const } },
};

/** A task that signs in and sets the token as a variable. */
const signInStep = (config: WorkspaceConfig = {}) =>
  taskFixture("DatabricksCreateBearerToken", { workspace: config, inputs: { tokenKind: "entra" } });

describe("the hosts of a sign-in", () => {
  it("refuses an OIDC address that is not Azure DevOps, and sends no token of the job there", async () => {
    await using stranger = await startStranger();
    await using step = await signInStep(federated);
    const variables = { "System.OidcRequestUri": `https://${stranger.host}/oidctoken` };
    const result = await step.run({ variables });
    assert.match(
      errors(result)[0]!,
      /^Could not sign in as application .*: localhost:\d+ .*; correct the address, or list the host in the variable NotebookOps\.AllowedHosts/,
    );
    assert.equal(stranger.connections, 0);
  });

  it("fails and names the variable if the job has no OIDC address", async () => {
    await using step = await signInStep(federated);
    const result = await step.run({ variables: { "System.OidcRequestUri": "" } });
    assert.match(
      errors(result)[0]!,
      /the variable System\.OidcRequestUri is not an address .*; run the task in/,
    );
  });

  it("signs in at an OIDC address that NotebookOps.AllowedHosts lists", async () => {
    await using step = await signInStep(federated);
    const result = await step.run();
    assert.equal(result.result, "succeeded", result.log);
    assert.notEqual(step.requests(/oidctoken/).length, 0);
  });

  for (const scheme of ["secret", "certificate", "federated"] as const)
    it(`refuses a token endpoint that the authority's document names on another host (${scheme})`, async () => {
      await using stranger = await startStranger();
      await using step = await signInStep({
        serviceConnections: { azure: { type: "azurerm", scheme } },
      });
      const { authorityUrl, tenantId } = step.workspace.emulator.ready;
      const issuer = `${authorityUrl}/${tenantId}/v2.0`;
      await step.workspace.declareFault({
        match: { service: "entra", path: "openid-configuration$" },
        times: 9,
        when: "after",
        then: {
          body: {
            issuer,
            authorization_endpoint: `${authorityUrl}/${tenantId}/oauth2/v2.0/authorize`,
            token_endpoint: `https://${stranger.host}/${tenantId}/oauth2/v2.0/token`,
            jwks_uri: `${authorityUrl}/${tenantId}/discovery/v2.0/keys`,
          },
        },
      });
      const result = await step.run();
      assert.match(
        errors(result)[0]!,
        /^Could not sign in as application .*: localhost:\d+ has a port in its address, and the platform's hosts never do/,
      );
      assert.equal(stranger.connections, 0);
    });

  it("refuses a managed identity's endpoint that NotebookOps.AllowedHosts does not list", async () => {
    await using stranger = await startStranger();
    await using step = await signInStep();
    const result = await step.run(managedIdentity(step.workspace, stranger.host));
    assert.match(errors(result)[0]!, /^Could not sign in as the agent's managed identity .*AllowedHosts/);
    assert.equal(stranger.connections, 0);
  });

  it("signs in at a managed identity's endpoint on this machine that NotebookOps.AllowedHosts lists", async () => {
    const token = "header.payload.signature";
    const expires_on = String(Math.floor(Date.now() / 1000) + 3600);
    await using stranger = await startStranger({ access_token: token, expires_on, token_type: "Bearer" });
    await using step = await signInStep();
    const options = managedIdentity(step.workspace, stranger.host);
    const variables = {
      "NotebookOps.AllowedHosts": `${step.workspace.variables["NotebookOps.AllowedHosts"]},${stranger.host}`,
    };
    const result = await step.run({ ...options, variables });
    assert.equal(result.result, "succeeded", result.log);
    assert.equal(result.secretVariables.BearerToken, token);
    assert.equal(stranger.requests[0]?.headers["x-identity-header"], "the identity's own secret");
  });

  it("does not follow the next page of a vault's list of secrets to another host", async () => {
    await using stranger = await startStranger({ value: [] });
    await using step = await taskFixture("KeyVaultFetchSecrets", {
      workspace: { keyVault: { secrets: { a: "the value of a" } } },
    });
    await step.workspace.declareFault({
      match: { service: "key-vault", path: "^/secrets$", nth: 2 }, // the first is answered with a challenge
      times: 9,
      when: "after",
      then: { body: { value: [], nextLink: `https://${stranger.host}/secrets?page=2` } },
    });
    const variables = {
      "NotebookOps.AllowedHosts": `${step.workspace.variables["NotebookOps.AllowedHosts"]} localhost`,
    };
    const result = await step.run({ variables, inputs: { secrets: "*" } });
    assert.match(
      errors(result)[0]!,
      /^Could not fetch secrets: localhost:\d+ redirects to localhost:\d+, which gets no credential; check that keyVault/,
    );
    assert.equal(stranger.connections, 0);
  });
});

/** A job on a machine with a managed identity of the kind that App Service, Container Apps and Azure Arc give. */
function managedIdentity({ endpoints }: TestWorkspace, host: string): StepChanges {
  const changed = endpoints.map(
    (endpoint): Endpoint =>
      endpoint.name === "azure"
        ? { ...endpoint, authorization: { scheme: "ManagedServiceIdentity", parameters: { tenantid: "t" } } }
        : endpoint,
  );
  const environment = {
    IDENTITY_ENDPOINT: `http://${host}/msi/token`,
    IDENTITY_HEADER: "the identity's own secret",
  };
  return { endpoints: changed, environment };
}
