import assert from "node:assert/strict";
import { errors } from "../harness/run-task.ts";
import { taskFixture } from "../harness/task-fixture.ts";

describe("DatabricksDeleteCluster", () => {
  for (const node of ["Node24", "Node20_1"] as const)
    it(`deletes the cluster of $(ClusterId) permanently, on ${node}`, async () => {
      await using step = await taskFixture("DatabricksDeleteCluster", { hasCluster: true });
      const [cluster] = step.ledger().clusters;
      const result = await step.run({ node });
      assert.equal(result.result, "succeeded", result.log);
      assert.match(result.log, new RegExp(`Deleted cluster ${cluster!.id} permanently`));
      assert.deepEqual(step.ledger().clusters, []);
    });

  it("succeeds if the cluster is gone already, and says so", async () => {
    await using step = await taskFixture("DatabricksDeleteCluster");
    const result = await step.run({ inputs: { clusterId: "1121-003000-abcdefgh" } });
    assert.equal(result.result, "succeeded", result.log);
    assert.match(result.log, /Did not delete cluster 1121-003000-abcdefgh: it does not exist/);
  });

  it("refuses a token that contains a line break, without a request to the workspace", async () => {
    await using step = await taskFixture("DatabricksDeleteCluster");
    const inputs = { clusterId: "1121-003000-abcdefgh", bearerToken: "dapi0123456789\nabcdef" };
    const result = await step.run({ inputs });
    assert.match(
      errors(result)[0]!,
      /^Could not use the Databricks token: it contains a character that no token has, such as a space or a line break; check how/,
    );
    assert.deepEqual(step.requests(), []);
  });

  it("fails and names the task that sets $(ClusterId) if nothing has set it", async () => {
    await using step = await taskFixture("DatabricksDeleteCluster");
    const result = await step.run();
    assert.equal(result.result, "failed");
    assert.match(errors(result)[0]!, /run the task DatabricksCreateCluster before this one/);
  });

  it("refuses a clusterId that is not a cluster id, without a request to the workspace", async () => {
    await using step = await taskFixture("DatabricksDeleteCluster");
    const result = await step.run({ inputs: { clusterId: "weather-345" } });
    assert.match(
      errors(result)[0]!,
      /^Could not use the input 'clusterId': 'weather-345' is not the id of a cluster; give an id such as/,
    );
    assert.deepEqual(step.requests(), []);
  });

  it("fails with the server's reason if it lacks the permission to delete the cluster", async () => {
    await using step = await taskFixture("DatabricksDeleteCluster");
    await step.workspace.declareFault({
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
    const result = await step.run({ inputs: { clusterId: "1121-003000-abcdefgh" } });
    assert.equal(result.result, "failed");
    assert.match(
      errors(result)[0]!,
      /Could not delete cluster 1121-003000-abcdefgh: .* does not have Manage permissions/,
    );
  });
});
