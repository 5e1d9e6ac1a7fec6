import assert from "node:assert/strict";
import type { Endpoint } from "../../local/agent/endpoint.ts";
import { errors, type RunTaskOptions, runTask } from "../harness/run-task.ts";
import { startStranger } from "../harness/stranger.ts";
import { startWorkspace, type TestWorkspace } from "../harness/workspace.ts";

const federated = {
  serviceConnections: { azure: { type: "azurerm" as const, scheme: "federated" as const } },
};

/** A task that signs in and hands the token over, and one that takes it to a service. */
const signIn = (workspace: TestWorkspace, options: Partial<RunTaskOptions> = {}) =>
  runTask({
    task: "DatabricksCreateBearerToken",
    workspace,
    ...options,
    inputs: { azureSubscription: "azure", tokenKind: "entra" },
  });

describe("a sign-in sends its credential to no stranger", () => {
  it("refuses an OIDC address that is not Azure DevOps, and does not send it the job's token", async () => {
    await using stranger = await startStranger();
    await using workspace = await startWorkspace(federated);
    const variables = { "System.OidcRequestUri": `https://${stranger.host}/oidctoken` };
    const result = await signIn(workspace, { variables });
    assert.match(
      errors(result)[0]!,
      /^Could not sign in as application .*: localhost:\d+ .*; correct the address, or list the host in the variable NotebookOps\.AllowedHosts/,
    );
    assert.equal(stranger.connections, 0);
  });

  it("names the variable if the job has no OIDC address", async () => {
    await using workspace = await startWorkspace(federated);
    const result = await signIn(workspace, { variables: { "System.OidcRequestUri": "" } });
    assert.match(
      errors(result)[0]!,
      /the variable System\.OidcRequestUri names no address .*; run the task in/,
    );
  });

  it("goes to an OIDC address that NotebookOps.AllowedHosts lists", async () => {
    await using workspace = await startWorkspace(federated);
    const result = await signIn(workspace);
    assert.equal(result.result, "succeeded", result.log);
    assert.notEqual(workspace.requested(/oidctoken/).length, 0);
  });

  for (const scheme of ["secret", "certificate", "federated"] as const)
    it(`refuses a token endpoint that an authority's document names elsewhere (${scheme})`, async () => {
      await using stranger = await startStranger();
      await using workspace = await startWorkspace({
        serviceConnections: { azure: { type: "azurerm", scheme } },
      });
      const { authorityUrl, tenantId } = workspace.emulator.ready;
      const issuer = `${authorityUrl}/${tenantId}/v2.0`;
      await workspace.declareFault({
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
      const result = await signIn(workspace);
      assert.match(
        errors(result)[0]!,
        /^Could not sign in as application .*: localhost:\d+ names a port, which the platform's hosts never do/,
      );
      assert.equal(stranger.connections, 0);
    });

  it("refuses a managed identity's endpoint that NotebookOps.AllowedHosts does not list", async () => {
    await using stranger = await startStranger();
    await using workspace = await startWorkspace();
    const result = await signIn(workspace, managedIdentity(workspace, stranger.host));
    assert.match(errors(result)[0]!, /^Could not sign in as the agent's managed identity .*AllowedHosts/);
    assert.equal(stranger.connections, 0);
  });

  it("asks a managed identity's endpoint on this machine that NotebookOps.AllowedHosts lists", async () => {
    const token = "header.payload.signature";
    const expires_on = String(Math.floor(Date.now() / 1000) + 3600);
    await using stranger = await startStranger({ access_token: token, expires_on, token_type: "Bearer" });
    await using workspace = await startWorkspace();
    const options = managedIdentity(workspace, stranger.host);
    const variables = {
      "NotebookOps.AllowedHosts": `${workspace.variables["NotebookOps.AllowedHosts"]},${stranger.host}`,
    };
    const result = await signIn(workspace, { ...options, variables });
    assert.equal(result.result, "succeeded", result.log);
    assert.equal(result.secretVariables.BearerToken, token);
    assert.equal(stranger.requests[0]?.headers["x-identity-header"], "the identity's own secret");
  });

  it("does not follow the next page of a vault's list to another host", async () => {
    await using stranger = await startStranger({ value: [] });
    await using workspace = await startWorkspace({ keyVault: { secrets: { a: "the value of a" } } });
    await workspace.declareFault({
      match: { service: "key-vault", path: "^/secrets$", nth: 2 }, // the first is answered with a challenge
      times: 9,
      when: "after",
      then: { body: { value: [], nextLink: `https://${stranger.host}/secrets?page=2` } },
    });
    const variables = {
      "NotebookOps.AllowedHosts": `${workspace.variables["NotebookOps.AllowedHosts"]} localhost`,
    };
    const inputs = { azureSubscription: "azure", keyVault: workspace.variables.KEY_VAULT!, secrets: "*" };
    const result = await runTask({ task: "KeyVaultFetchSecrets", workspace, variables, inputs });
    assert.match(
      errors(result)[0]!,
      /^Could not fetch secrets: localhost:\d+ points to localhost:\d+, where no credential is sent; check that keyVault/,
    );
    assert.equal(stranger.connections, 0);
  });
});

/** A job on a machine with a managed identity of the kind that App Service, Container Apps and Azure Arc give. */
function managedIdentity({ endpoints }: TestWorkspace, host: string): Partial<RunTaskOptions> {
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
