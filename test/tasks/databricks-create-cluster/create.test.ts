import assert from "node:assert/strict";
import { assertGolden } from "../../harness/golden.ts";
import { errors } from "../../harness/run-task.ts";
import { config, createCluster, pool } from "./create-cluster.ts";

describe("DatabricksCreateCluster", () => {
  for (const node of ["Node24", "Node20_1"] as const)
    it(`creates a cluster that runs and is deleted after the job, on ${node}`, async () => {
      await using step = await createCluster();
      const result = await step.run({ node });
      assert.equal(result.result, "succeeded", result.log);
      const [cluster] = step.ledger().clusters;
      assert.equal(cluster?.name, "weather-345");
      assert.match(cluster!.tags["notebook-ops"]!, /^contoso\/weather\/12\/345\/[0-9a-f]{12}$/);
      assert.equal(result.variables["step.ClusterId"], cluster!.id);
      assert.equal(result.variables["step.ClusterName"], "weather-345");
      assert.equal(
        result.variables["step.ClusterUrl"],
        `${step.workspace.emulator.ready.databricksUrl}/compute/clusters/${cluster!.id}`,
      );
      assert.match(result.log, /Cluster weather-345: RUNNING after \d+ s.*, https:/);

      const after = await step.cleanUp(result, { node });
      assert.equal(after.result, "succeeded", after.log);
      assert.deepEqual(step.ledger().clusters, []);
    });

  it("DatabricksCreateCluster logs what happens, line by line", async () => {
    await using step = await createCluster({ databricks: { clusterStartSeconds: 1 } });
    const result = await step.run({ inputs: { libraries: "pandas==2.2.3" } });
    const after = await step.cleanUp(result);
    const readable = (log: string) =>
      log
        .replaceAll(step.workspace.emulator.ready.databricksUrl, "https://<workspace>")
        .replaceAll(/\d{4}-\d{6}-\w{8}/g, "<cluster id>")
        .replaceAll(/\b[\d.]+ m?s\b/g, "<n> s")
        .replaceAll(/^1 library: .*\n/gm, ""); // as many as the moments of asking see
    assertGolden(
      import.meta.url,
      "databricks-create-cluster.txt",
      `${readable(result.log)}\n--- after the job ---\n${readable(after.log)}\n`,
    );
  });

  it("names the references to secrets as the cause if the cluster's secret scope does not exist", async () => {
    const spark_conf = { "spark.password": "{{secrets/nowhere/password}}" };
    await using step = await createCluster({ clusterConfig: { ...config, spark_conf } });
    const result = await step.run();
    assert.equal(result.result, "failed");
    assert.match(
      errors(result).join("\n"),
      /^Could not start cluster weather-345 \(.+\): it is TERMINATED \(SECRET_RESOLUTION_ERROR, SERVICE_FAULT: Failed to fetch secrets referred to in Spark Conf\); check that each \{\{secrets\/scope\/key\}\} of the cluster config names a secret scope and a key that exist in this workspace, /,
    );
    assert.deepEqual(step.ledger().clusters, []);
  });

  it("keeps the cluster after the job if keepCluster is true", async () => {
    await using step = await createCluster({ inputs: { keepCluster: "true" } });
    const result = await step.run();
    await step.cleanUp(result);
    assert.equal(step.ledger().clusters.length, 1);
  });

  it("succeeds after the job if the cluster is gone already", async () => {
    await using step = await createCluster();
    const result = await step.run();
    await step.cleanUp(result);
    const again = await step.cleanUp(result);
    assert.equal(again.result, "succeeded", again.log);
    assert.match(again.log, /no longer exists/);
  });

  it("fails and says how full the pool is if it is at its capacity", async () => {
    await using step = await createCluster({
      clusterConfig: { ...config, num_workers: 3 },
      databricks: { instancePools: [{ ...pool, max_capacity: 1 }] },
    });
    const result = await step.run();
    assert.equal(result.result, "failed");
    assert.match(
      errors(result)[0]!,
      /INSTANCE_POOL_MAX_CAPACITY_REACHED.*of 1 instances in use.*raise the pool's maximum/,
    );
    assert.deepEqual(step.ledger().clusters, []);
  });

  it("installs libraries on the cluster and waits for them", async () => {
    await using step = await createCluster();
    const result = await step.run({
      inputs: { libraries: "pandas==2.2.3\npypi:great-tables" },
    });
    assert.equal(result.result, "succeeded", result.log);
    assert.match(result.log, /Installed pypi pandas==2.2.3, pypi great-tables in/);
  });

  it("fails with the platform's message if a library cannot be installed, and deletes the cluster", async () => {
    await using step = await createCluster();
    await step.workspace.declareFault({
      match: { operation: "library.install", name: "no-such" },
      then: { fail: { message: "No matching distribution found for no-such" } },
    });
    const result = await step.run({ inputs: { libraries: "pandas\nno-such" } });
    assert.equal(result.result, "failed");
    assert.match(errors(result)[0]!, /pypi no-such \(FAILED: .*No matching distribution found for no-such/);
    assert.deepEqual(step.ledger().clusters, []);
  });

  const lost: [what: string, then: object][] = [
    ["the connection breaks after the effect", { reset: true }],
    ["a 503 comes after the effect", { status: 503, body: { error_code: "TEMPORARILY_UNAVAILABLE" } }],
    ["the answer is cut off", { truncate: 5 }],
    ["the answer is an empty 200", { status: 200, body: "" }],
    ["the answer is a 204", { status: 204 }],
    ["the answer is null", { body: null }],
    ["the answer is {}", { body: {} }],
    ["the answer has an id that is no string", { body: { cluster_id: 1 } }],
  ];
  for (const [what, then] of lost)
    it(`creates one cluster if ${what}`, async () => {
      await using step = await createCluster();
      await step.workspace.declareFault({ match: { path: "/clusters/create$" }, when: "after", then });
      const result = await step.run();
      assert.equal(result.result, "succeeded", result.log);
      assert.match(result.log, /Found the cluster .*: it was created although the answer was lost/);
      assert.deepEqual(
        step.ledger().clusters.map((cluster) => cluster.id),
        [result.variables["step.ClusterId"]],
      );
      assert.equal(step.requests(/clusters\/create$/).length, 1);
    });

  it("creates one cluster by a second request if the connection breaks before the effect", async () => {
    await using step = await createCluster();
    await step.workspace.declareFault({
      match: { path: "/clusters/create$" },
      when: "before",
      then: { reset: true },
    });
    const result = await step.run();
    assert.equal(result.result, "succeeded", result.log);
    assert.equal(step.ledger().clusters.length, 1);
  });

  const wrong: [what: string, clusterConfig: unknown, sentence: RegExp][] = [
    ["a config that is not JSON", '{"cluster_name": "a",\n}', /line 2, column 1/],
    [
      "a config without pool and node type",
      { cluster_name: "a" },
      /neither instance_pool_id nor node_type_id/,
    ],
  ];
  for (const [what, clusterConfig, sentence] of wrong)
    it(`refuses ${what} without a request to the workspace`, async () => {
      await using step = await createCluster({ clusterConfig });
      const result = await step.run();
      assert.equal(result.result, "failed");
      assert.equal(errors(result).length, 1);
      assert.match(errors(result)[0]!, sentence);
      assert.deepEqual(step.requests(), []);
    });

  it("refuses a config that no task has rendered, without a request to the workspace", async () => {
    await using step = await createCluster();
    const result = await step.run({ inputs: { clusterConfig: "$(ClusterConfigPath)" } });
    assert.match(errors(result)[0]!, /run the task DatabricksRenderClusterConfig before this one/);
    assert.deepEqual(step.requests(), []);
  });
});
