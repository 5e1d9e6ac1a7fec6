import assert from "node:assert/strict";
import { errors, type RunTaskOptions, runTask } from "../harness/run-task.ts";
import { startWorkspace, type TestWorkspace } from "../harness/workspace.ts";
import { existingCluster } from "./databricks-api.ts";

describe("DatabricksDeleteCluster", () => {
  let workspace: TestWorkspace;
  beforeEach(async () => {
    workspace = await startWorkspace();
  });
  afterEach(() => workspace[Symbol.asyncDispose]());

  const run = (options: Partial<RunTaskOptions> = {}) =>
    runTask({
      task: "DatabricksDeleteCluster",
      workspace,
      secretVariables: { BearerToken: workspace.emulator.ready.databricksToken },
      ...options,
    });

  for (const node of ["Node24", "Node20_1"] as const)
    it(`deletes the cluster of $(ClusterId) permanently, on ${node}`, async () => {
      const ClusterId = await existingCluster(workspace);
      const result = await run({ node, variables: { ClusterId } });
      assert.equal(result.result, "succeeded", result.log);
      assert.match(result.log, new RegExp(`Deleted cluster ${ClusterId} permanently`));
      assert.deepEqual(workspace.emulator.ledger().clusters, []);
    });

  it("is content where the cluster is gone already, and says so", async () => {
    const result = await run({ inputs: { clusterId: "1121-003000-abcdefgh" } });
    assert.equal(result.result, "succeeded", result.log);
    assert.match(result.log, /Cluster 1121-003000-abcdefgh is gone already: nothing to delete/);
  });

  it("refuses a token with a line break in it, without asking the workspace", async () => {
    const inputs = { clusterId: "1121-003000-abcdefgh", bearerToken: "dapi0123456789\nabcdef" };
    const result = await run({ inputs });
    assert.match(
      errors(result)[0]!,
      /^The Databricks token contains a character that no token has, such as a space or a line break: check how/,
    );
    assert.deepEqual(workspace.requested(), []);
  });

  it("names the task that sets $(ClusterId) where nothing has set it", async () => {
    const result = await run();
    assert.equal(result.result, "failed");
    assert.match(errors(result)[0]!, /run the task DatabricksCreateCluster before this one/);
  });

  it("refuses what is no cluster id, without asking the workspace", async () => {
    const result = await run({ inputs: { clusterId: "weather-345" } });
    assert.match(errors(result)[0]!, /Input 'clusterId' is 'weather-345', which is no cluster id/);
    assert.deepEqual(workspace.requested(), []);
  });

  it("fails with the server's reason where the cluster is another's", async () => {
    await workspace.declareFault({
      match: { path: "/permanent-delete$" },
      when: "before",
      then: {
        status: 403,
        body: {
          error_code: "PERMISSION_DENIED",
          message: "sp-1 does not have Manage permissions on 1121-003000-abcdefgh.",
        },
      },
    });
    const result = await run({ inputs: { clusterId: "1121-003000-abcdefgh" } });
    assert.equal(result.result, "failed");
    assert.match(
      errors(result)[0]!,
      /Could not delete cluster 1121-003000-abcdefgh: .* does not have Manage permissions/,
    );
  });
});
