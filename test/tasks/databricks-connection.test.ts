import assert from "node:assert/strict";
import type { Endpoint } from "../../local/agent/endpoint.ts";
import { errors, runTask } from "../harness/run-task.ts";
import { startWorkspace, type TestWorkspace } from "../harness/workspace.ts";
import { databricksEndpoint, oauthSecret } from "./databricks-api.ts";

describe("databricksConnection", () => {
  let workspace: TestWorkspace;
  beforeEach(async () => {
    workspace = await startWorkspace();
  });
  afterEach(() => workspace[Symbol.asyncDispose]());

  const connection = (authorization: Endpoint["authorization"]) =>
    databricksEndpoint(workspace, authorization);
  /** The shortest way to a workspace: deleting a cluster that is not there. */
  const run = (endpoint: Endpoint) =>
    runTask({
      task: "DatabricksDeleteCluster",
      workspace,
      endpoints: [endpoint],
      inputs: { clusterId: "1121-003000-abcdefgh", databricksConnection: endpoint.id },
    });

  it("signs in with a token", async () => {
    const { databricksToken } = workspace.emulator.ready;
    const result = await run(connection({ scheme: "Token", parameters: { apitoken: databricksToken } }));
    assert.equal(result.result, "succeeded", result.log);
  });

  it("signs in as a service principal with an OAuth secret, once for all requests", async () => {
    const { clientId, secret } = await oauthSecret(workspace);
    const before = workspace.requested().length;
    const result = await run(
      connection({ scheme: "UsernamePassword", parameters: { username: clientId, password: secret } }),
    );
    assert.equal(result.result, "succeeded", result.log);
    assert.deepEqual(workspace.requested().slice(before), [
      "POST /oidc/v1/token",
      "POST /api/2.1/clusters/permanent-delete",
    ]);
  });

  it("says what to do where the secret is wrong", async () => {
    const { clientId } = workspace.emulator.ready;
    const result = await run(
      connection({
        scheme: "UsernamePassword",
        parameters: { username: clientId, password: "wrong-secret" },
      }),
    );
    assert.equal(result.result, "failed");
    assert.match(
      errors(result)[0]!,
      /^Could not sign in to Databricks as service principal .* answered 401.*; check the client id and secret in the service connection/,
    );
  });

  it("says so where the connection holds no token", async () => {
    const result = await run(connection({ scheme: "Token", parameters: {} }));
    assert.match(errors(result)[0]!, /holds no token: edit it/);
    assert.deepEqual(workspace.requested(), []);
  });
});
