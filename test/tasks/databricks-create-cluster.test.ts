import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import type { StageResult } from "../../local/agent/step-session.ts";
import type { WorkspaceConfig } from "../../local/emulator/config.ts";
import { assertGolden } from "../harness/golden.ts";
import { answersBeforeEffect, letEffectsCome, losesRequest, until } from "../harness/late-effects.ts";
import { errors, type RunTaskOptions, runTask } from "../harness/run-task.ts";
import { startWorkspace, type TestWorkspace } from "../harness/workspace.ts";
import { askDatabricks, entraToken } from "./databricks-api.ts";

const pool = {
  instance_pool_id: "pool-weather",
  instance_pool_name: "tests",
  node_type_id: "Standard_DS3_v2",
  max_capacity: 4,
};
const config = {
  cluster_name: "weather-345",
  instance_pool_id: "pool-weather",
  spark_version: "15.4.x-scala2.12",
  num_workers: 1,
};

describe("DatabricksCreateCluster", () => {
  let workspace: TestWorkspace;
  let folder: string;
  const start = async (databricks: WorkspaceConfig["databricks"] = {}) => {
    workspace = await startWorkspace({
      databricks: { instancePools: [pool], clusterStartSeconds: 0, ...databricks },
    });
  };
  beforeEach(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), "create-cluster-"));
  });
  afterEach(async () => {
    await workspace?.[Symbol.asyncDispose]();
    await rm(folder, { recursive: true, force: true });
  });

  const run = async (
    options: Partial<RunTaskOptions> & { clusterConfig?: unknown } = {},
  ): Promise<StageResult> => {
    const { clusterConfig = config, inputs, ...rest } = options;
    const file = path.join(folder, "cluster-config.json");
    await writeFile(file, typeof clusterConfig === "string" ? clusterConfig : JSON.stringify(clusterConfig));
    return runTask({
      task: "DatabricksCreateCluster",
      workspace,
      secretVariables: { BearerToken: workspace.emulator.ready.databricksToken },
      inputs: { clusterConfig: file, ...inputs },
      ...rest,
    });
  };
  const postJob = (after: StageResult, inputs: Record<string, string> = {}) =>
    run({ stage: "postjob", taskVariables: after.taskVariables, inputs });
  const clusters = () => workspace.emulator.ledger().clusters;

  for (const node of ["Node24", "Node20_1"] as const)
    it(`creates a cluster that runs and is deleted after the job, on ${node}`, async () => {
      await start();
      const result = await run({ node });
      assert.equal(result.result, "succeeded", result.log);
      const [cluster] = clusters();
      assert.equal(cluster?.name, "weather-345");
      assert.match(cluster!.tags["notebook-ops"]!, /^contoso\/weather\/12\/345\/[0-9a-f]{12}$/);
      assert.equal(result.variables["step.ClusterId"], cluster!.id);
      assert.equal(result.variables["step.ClusterName"], "weather-345");
      assert.equal(
        result.variables["step.ClusterUrl"],
        `${workspace.emulator.ready.databricksUrl}/compute/clusters/${cluster!.id}`,
      );
      assert.match(result.log, /Cluster weather-345: RUNNING after \d+ s.*, https:/);

      const after = await run({ node, stage: "postjob", taskVariables: result.taskVariables });
      assert.equal(after.result, "succeeded", after.log);
      assert.deepEqual(clusters(), []);
    });

  it("tells a person what happens, line by line", async () => {
    await start({ clusterStartSeconds: 1 });
    const result = await run({ inputs: { libraries: "pandas==2.2.3" } });
    const after = await postJob(result);
    const readable = (log: string) =>
      log
        .replaceAll(workspace.emulator.ready.databricksUrl, "https://<workspace>")
        .replaceAll(/\d{4}-\d{6}-\w{8}/g, "<cluster id>")
        .replaceAll(/\b[\d.]+ m?s\b/g, "<n> s")
        .replaceAll(/^1 library: .*\n/gm, ""); // as many as the moments of asking see
    assertGolden(
      import.meta.url,
      "databricks-create-cluster.txt",
      `${readable(result.log)}\n--- after the job ---\n${readable(after.log)}\n`,
    );
  });

  it("keeps a cluster after the job where keepCluster asks for it", async () => {
    await start();
    const result = await run({ inputs: { keepCluster: "true" } });
    await postJob(result, { keepCluster: "true" });
    assert.equal(clusters().length, 1);
  });

  it("has nothing to do after the job where the cluster is gone already", async () => {
    await start();
    const result = await run();
    await postJob(result);
    const again = await postJob(result);
    assert.equal(again.result, "succeeded", again.log);
    assert.match(again.log, /is gone already/);
  });

  describe("makes one cluster at most", () => {
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
      it(`where ${what}`, async () => {
        await start();
        await workspace.declareFault({ match: { path: "/clusters/create$" }, when: "after", then });
        const result = await run();
        assert.equal(result.result, "succeeded", result.log);
        assert.match(result.log, /was created as .* although the answer was lost/);
        assert.deepEqual(
          clusters().map((cluster) => cluster.id),
          [result.variables["step.ClusterId"]],
        );
        assert.equal(workspace.requested(/clusters\/create$/).length, 1);
      });

    it("where the connection breaks before the effect, by asking again", async () => {
      await start();
      await workspace.declareFault({
        match: { path: "/clusters/create$" },
        when: "before",
        then: { reset: true },
      });
      const result = await run();
      assert.equal(result.result, "succeeded", result.log);
      assert.equal(clusters().length, 1);
    });
  });

  describe("leaves nothing behind", () => {
    it("where it is cancelled while the cluster starts", async () => {
      await start({ clusterStartSeconds: 3600 });
      const cancel = new AbortController();
      const result = await run({
        signal: cancel.signal,
        onLine: (line) => /PENDING/.test(line) && cancel.abort(),
      });
      assert.equal(result.result, "canceled");
      assert.match(result.log, /Deleted cluster/);
      assert.deepEqual(clusters(), []);
    });

    it("where it is killed before the answer of the creation came, by its post-job step", async () => {
      await start();
      const killed = new AbortController();
      await workspace.declareFault({
        match: { path: "/clusters/create$" },
        when: "after",
        then: { stallMs: 60_000 },
      });
      const watch = setInterval(() => clusters().length > 0 && killed.abort(), 20);
      const result = await run({
        signal: killed.signal,
        cancelTimes: { afterInterruptMs: 0, afterTerminateMs: 0 },
      }).finally(() => clearInterval(watch));
      assert.equal(result.taskVariables.clusterId, undefined);
      assert.equal(clusters().length, 1);
      const after = await postJob(result);
      assert.equal(after.result, "succeeded", after.log);
      assert.deepEqual(clusters(), []);
    });

    it("where it is killed during the creation and the cluster comes after the first look, by its post-job step", async () => {
      await start();
      const killed = new AbortController();
      const { received } = await losesRequest(workspace, { path: "/clusters/create$" });
      const running = run({
        signal: killed.signal,
        cancelTimes: { afterInterruptMs: 0, afterTerminateMs: 0 },
      });
      await received;
      killed.abort();
      const result = await running;
      const afterJob = postJob(result);
      await until(() => workspace.requested(/clusters\/list$/).length > 0);
      await letEffectsCome(workspace);
      const after = await afterJob;
      assert.equal(after.result, "succeeded", after.log);
      assert.match(after.log, /Deleted cluster/);
      assert.deepEqual(clusters(), []);
    });

    it("where a cluster comes long after its 503, and keepCluster keeps the one that was handed over alone", async () => {
      await start();
      await answersBeforeEffect(workspace, { path: "/clusters/create$" });
      const result = await run({ inputs: { keepCluster: "true" } });
      assert.equal(result.result, "succeeded", result.log);
      await letEffectsCome(workspace);
      assert.equal(clusters().length, 2);

      const kept = await postJob(result, { keepCluster: "true" });
      assert.equal(kept.result, "succeeded", kept.log);
      assert.deepEqual(
        clusters().map(({ id }) => id),
        [result.variables["step.ClusterId"]],
      );
      const after = await postJob(result);
      assert.equal(after.result, "succeeded", after.log);
      assert.deepEqual(clusters(), []);
    });

    it("of all that carries its tag where one cluster cannot be deleted, which it says", async () => {
      await start();
      const result = await run();
      const [cluster] = clusters();
      await askDatabricks(workspace, "POST", "/api/2.1/clusters/create", {
        ...config,
        custom_tags: { "notebook-ops": cluster!.tags["notebook-ops"] },
      });
      await workspace.declareFault({
        match: { path: "/permanent-delete$" },
        when: "before",
        then: { status: 403, body: { error_code: "PERMISSION_DENIED", message: "no Manage permissions" } },
      });
      const after = await postJob(result);
      assert.equal(after.result, "failed");
      assert.match(errors(after).join("\n"), /^Could not delete cluster .*: no Manage permissions; .*\.$/);
      assert.equal(clusters().length, 1);
      assert.equal(workspace.requested(/permanent-delete$/).length, 2);
    });

    it("with no second look after the job where every answer was clear", async () => {
      await start();
      const result = await run();
      await postJob(result);
      assert.equal(workspace.requested(/clusters\/list$/).length, 1);
    });

    it("where the cluster does not start, even with keepCluster", async () => {
      await start();
      await workspace.declareFault({
        match: { operation: "cluster.start" },
        then: {
          terminate: {
            code: "AZURE_QUOTA_EXCEEDED_EXCEPTION",
            type: "CLIENT_ERROR",
            parameters: {
              azure_error_message: "Quota of 10 cores exceeded ##vso[task.complete result=Succeeded]",
            },
          },
        },
      });
      const result = await run({ inputs: { keepCluster: "true" } });
      assert.equal(result.result, "failed");
      assert.match(
        errors(result)[0]!,
        /AZURE_QUOTA_EXCEEDED_EXCEPTION, CLIENT_ERROR: Quota of 10 cores exceeded/,
      );
      assert.match(errors(result)[0]!, /ask for more cores of this VM family/);
      assert.deepEqual(clusters(), []);
    });
  });

  it("says how full a pool at its capacity is", async () => {
    await start({ instancePools: [{ ...pool, max_capacity: 1 }] });
    const result = await run({ clusterConfig: { ...config, num_workers: 3 } });
    assert.equal(result.result, "failed");
    assert.match(
      errors(result)[0]!,
      /INSTANCE_POOL_MAX_CAPACITY_REACHED.*of 1 instances in use.*raise the pool's maximum/,
    );
    assert.deepEqual(clusters(), []);
  });

  it("installs libraries and waits for them", async () => {
    await start();
    const result = await run({
      inputs: { libraries: "pandas==2.2.3\npypi:great-tables" },
    });
    assert.equal(result.result, "succeeded", result.log);
    assert.match(result.log, /Installed pypi pandas==2.2.3, pypi great-tables in/);
  });

  it("fails with the platform's message where a library fails, and deletes the cluster", async () => {
    await start();
    await workspace.declareFault({
      match: { operation: "library.install", name: "no-such" },
      then: { fail: { message: "No matching distribution found for no-such" } },
    });
    const result = await run({ inputs: { libraries: "pandas\nno-such" } });
    assert.equal(result.result, "failed");
    assert.match(errors(result)[0]!, /pypi no-such \(FAILED: .*No matching distribution found for no-such/);
    assert.deepEqual(clusters(), []);
  });

  describe("refuses before it asks the workspace for anything", () => {
    const wrong: [what: string, clusterConfig: unknown, sentence: RegExp][] = [
      ["a config that is not JSON", '{"cluster_name": "a",\n}', /line 2, column 1/],
      [
        "a config without pool and node type",
        { cluster_name: "a" },
        /neither instance_pool_id nor node_type_id/,
      ],
    ];
    for (const [what, clusterConfig, sentence] of wrong)
      it(what, async () => {
        await start();
        const result = await run({ clusterConfig });
        assert.equal(result.result, "failed");
        assert.equal(errors(result).length, 1);
        assert.match(errors(result)[0]!, sentence);
        assert.deepEqual(workspace.requested(), []);
      });

    it("a config that no task has rendered", async () => {
      await start();
      const result = await run({ inputs: { clusterConfig: "$(ClusterConfigPath)" } });
      assert.match(errors(result)[0]!, /run the task DatabricksRenderClusterConfig before this one/);
      assert.deepEqual(workspace.requested(), []);
    });
  });

  describe("says in one sentence what is wrong with the connection", () => {
    it("where the token is wrong", async () => {
      await start();
      const result = await run({ secretVariables: { BearerToken: "dapi0000000000000000" } });
      assert.match(
        errors(result).join("\n"),
        /^Could not create cluster weather-345: .*check that the token was made for/,
      );
    });

    it("where the service principal is not in the workspace", async () => {
      workspace = await startWorkspace({
        serviceConnections: { azure: { type: "azurerm", inDatabricks: false } },
        databricks: { instancePools: [pool] },
      });
      const result = await run({ secretVariables: { BearerToken: await entraToken(workspace) } });
      assert.match(errors(result).join("\n"), /answered 403.*; add the service principal to the workspace/);
    });

    it("where the service principal may not attach to the pool", async () => {
      await start({ instancePools: [{ ...pool, canAttachTo: [] }] });
      const result = await run({ secretVariables: { BearerToken: await entraToken(workspace) } });
      assert.match(
        errors(result).join("\n"),
        /give the identity of this pipeline "Can Attach To" on instance pool/,
      );
    });

    it("where a sign-in page comes instead of JSON", async () => {
      await start();
      await workspace.declareFault({
        match: { path: "/clusters/create$" },
        when: "before",
        then: {
          status: 200,
          headers: { "content-type": "text/html" },
          body: "<!DOCTYPE html><html>Sign in</html>",
        },
      });
      const result = await run();
      assert.match(errors(result).join("\n"), /^Could not create cluster weather-345: .*sign-in page/);
    });

    it("where the workspace cannot be reached", async () => {
      await start();
      const variables = { DATABRICKS_HOST: "https://localhost:9", "NotebookOps.AllowedHosts": "localhost:9" };
      const result = await run({ variables });
      assert.match(errors(result).join("\n"), /cannot be reached \(ECONNREFUSED\); check workspaceUrl/);
    });

    it("where the address is not the platform's", async () => {
      await start();
      const result = await run({ variables: { DATABRICKS_HOST: "https://databricks.example" } });
      assert.match(errors(result).join("\n"), /databricks.example is not a host of the platform/);
    });
  });
});
