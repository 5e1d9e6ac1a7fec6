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

  for (const [what, clusterId] of [
    ["nothing has set $(ClusterId)", "$(ClusterId)"],
    ["nothing has set the output of the step that creates it", "$(create.ClusterId)"],
    ["the variable for it is empty", "$(FromOtherJob)"],
  ] as const)
    it(`succeeds without a request if ${what}, because no cluster was created, and says so`, async () => {
      await using step = await taskFixture("DatabricksDeleteCluster", { variables: { FromOtherJob: "" } });
      const result = await step.run({ inputs: { clusterId }, secretVariables: { BearerToken: "" } });
      assert.equal(result.result, "succeeded", result.log);
      assert.match(result.log, /^There is no cluster to delete: /m);
      assert.deepEqual([result.issues, step.requests()], [[], []]);
    });

  it("fails if a variable that nothing sets is not the output of DatabricksCreateCluster", async () => {
    await using step = await taskFixture("DatabricksDeleteCluster");
    const result = await step.run({ inputs: { clusterId: "$(ClusterIdd)" } });
    assert.match(
      errors(result)[0]!,
      /^Could not use the input 'clusterId': it is \$\(ClusterIdd\), a variable that nothing has set/,
    );
    assert.deepEqual(step.requests(), []);
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
