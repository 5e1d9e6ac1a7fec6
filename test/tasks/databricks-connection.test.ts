import assert from "node:assert/strict";
import type { Endpoint } from "../../local/agent/endpoint.ts";
import { databricksEndpoint, oauthSecret } from "../harness/databricks-api.ts";
import { errors } from "../harness/run-task.ts";
import { type TaskFixture, taskFixture } from "../harness/task-fixture.ts";

describe("databricksConnection", () => {
  /** A step with the shortest way to a workspace: it deletes a cluster that does not exist. */
  const signInStep = () =>
    taskFixture("DatabricksDeleteCluster", { inputs: { clusterId: "1121-003000-abcdefgh" } });
  const signIn = (step: TaskFixture, authorization: Endpoint["authorization"]) => {
    const endpoint = databricksEndpoint(step.workspace, authorization);
    return step.run({ endpoints: [endpoint], inputs: { databricksConnection: endpoint.id } });
  };

  it("a Databricks connection signs in with a token", async () => {
    await using step = await signInStep();
    const { databricksToken } = step.workspace.emulator.ready;
    const result = await signIn(step, { scheme: "Token", parameters: { apitoken: databricksToken } });
    assert.equal(result.result, "succeeded", result.log);
  });

  it("a Databricks connection signs in as a service principal with an OAuth secret, once for all requests", async () => {
    await using step = await signInStep();
    const { clientId, secret } = await oauthSecret(step.workspace);
    const before = step.requests().length;
    const result = await signIn(step, {
      scheme: "UsernamePassword",
      parameters: { username: clientId, password: secret },
    });
    assert.equal(result.result, "succeeded", result.log);
    assert.deepEqual(step.requests().slice(before), [
      "POST /oidc/v1/token",
      "POST /api/2.1/clusters/permanent-delete",
    ]);
  });

  it("a Databricks connection fails and says what to do if the OAuth secret is wrong", async () => {
    await using step = await signInStep();
    const { clientId } = step.workspace.emulator.ready;
    const result = await signIn(step, {
      scheme: "UsernamePassword",
      parameters: { username: clientId, password: "wrong-secret" },
    });
    assert.equal(result.result, "failed");
    assert.match(
      errors(result)[0]!,
      /^Could not sign in to Databricks as service principal .* answered 401.*; check the client id and secret in the service connection/,
    );
  });

  it("a Databricks connection fails and says so if the connection contains no token", async () => {
    await using step = await signInStep();
    const result = await signIn(step, { scheme: "Token", parameters: {} });
    assert.match(errors(result)[0]!, /it has no token; edit it/);
    assert.deepEqual(step.requests(), []);
  });
});
