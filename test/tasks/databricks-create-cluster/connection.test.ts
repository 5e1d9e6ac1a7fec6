import assert from "node:assert/strict";
import { entraToken } from "../../harness/databricks-api.ts";
import { errors } from "../../harness/run-task.ts";
import { createCluster, pool } from "./create-cluster.ts";

describe("DatabricksCreateCluster and its connection", () => {
  it("DatabricksCreateCluster fails in one sentence if the token is wrong", async () => {
    await using step = await createCluster();
    const result = await step.run({ secretVariables: { BearerToken: "dapi0000000000000000" } });
    assert.match(
      errors(result).join("\n"),
      /^Could not create cluster weather-345: .*check that the token was made for/,
    );
  });

  it("DatabricksCreateCluster fails in one sentence if the service principal is not in the workspace", async () => {
    await using step = await createCluster({
      workspace: {
        serviceConnections: { azure: { type: "azurerm", inDatabricks: false } },
        databricks: { instancePools: [pool] },
      },
    });
    const result = await step.run({ secretVariables: { BearerToken: await entraToken(step.workspace) } });
    assert.match(errors(result).join("\n"), /answered 403.*; add the service principal to the workspace/);
  });

  it("DatabricksCreateCluster fails in one sentence if the service principal lacks the permission to attach to the pool", async () => {
    await using step = await createCluster({ databricks: { instancePools: [{ ...pool, canAttachTo: [] }] } });
    const result = await step.run({ secretVariables: { BearerToken: await entraToken(step.workspace) } });
    assert.match(
      errors(result).join("\n"),
      /give the identity of this pipeline "Can Attach To" on instance pool/,
    );
  });

  it("DatabricksCreateCluster fails in one sentence if a sign-in page comes instead of JSON", async () => {
    await using step = await createCluster();
    await step.workspace.declareFault({
      match: { path: "/clusters/create$" },
      when: "before",
      then: {
        status: 200,
        headers: { "content-type": "text/html" },
        body: "<!DOCTYPE html><html>Sign in</html>",
      },
    });
    const result = await step.run();
    assert.match(errors(result).join("\n"), /^Could not create cluster weather-345: .*sign-in page/);
  });

  it("DatabricksCreateCluster fails in one sentence if the workspace cannot be reached", async () => {
    await using step = await createCluster();
    const variables = { DATABRICKS_HOST: "https://localhost:9", "NotebookOps.AllowedHosts": "localhost:9" };
    const result = await step.run({ variables });
    assert.match(errors(result).join("\n"), /cannot be reached \(ECONNREFUSED\); check workspaceUrl/);
  });

  it("DatabricksCreateCluster fails in one sentence if workspaceUrl is not a host of the platform", async () => {
    await using step = await createCluster();
    const result = await step.run({ variables: { DATABRICKS_HOST: "https://databricks.example" } });
    assert.match(errors(result).join("\n"), /databricks.example is not a host of the platform/);
  });
});
