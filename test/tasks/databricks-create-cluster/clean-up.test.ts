import assert from "node:assert/strict";
import { answersBeforeEffect, letEffectsCome, losesRequest, until } from "../../harness/late-effects.ts";
import { errors } from "../../harness/run-task.ts";
import { killedAtOnce } from "../../harness/task-fixture.ts";
import { config, createCluster } from "./create-cluster.ts";

describe("DatabricksCreateCluster and its clean-up", () => {
  it("deletes the cluster if the step is cancelled while it starts", async () => {
    await using step = await createCluster({ databricks: { clusterStartSeconds: 3600 } });
    const cancel = new AbortController();
    const result = await step.run({
      signal: cancel.signal,
      onLine: (line) => /PENDING/.test(line) && cancel.abort(),
    });
    assert.equal(result.result, "canceled");
    assert.match(result.log, /Deleted cluster/);
    assert.deepEqual(step.ledger().clusters, []);
  });

  it("deletes the cluster after the job if the step was killed before the answer to the creation came", async () => {
    await using step = await createCluster();
    const killed = new AbortController();
    await step.workspace.declareFault({
      match: { path: "/clusters/create$" },
      when: "after",
      then: { stallMs: 60_000 },
    });
    const watch = setInterval(() => step.ledger().clusters.length > 0 && killed.abort(), 20);
    const result = await step
      .run({
        signal: killed.signal,
        cancelTimes: killedAtOnce,
      })
      .finally(() => clearInterval(watch));
    assert.equal(result.taskVariables.clusterId, undefined);
    assert.equal(step.ledger().clusters.length, 1);
    const after = await step.cleanUp(result);
    assert.equal(after.result, "succeeded", after.log);
    assert.deepEqual(step.ledger().clusters, []);
  });

  it("deletes the cluster with the Azure service connection if the bearer token has expired", async () => {
    await using step = await createCluster();
    const result = await step.run();
    assert.equal(step.ledger().clusters.length, 1);
    const expired = {
      variables: { BearerTokenExpiresOn: "2020-01-01T00:00:00.000Z" },
      secretVariables: { BearerToken: "dapi00000000000000000000000000000000" },
    };
    const without = await step.cleanUp(result, { ...expired, inputs: { azureSubscription: "" } });
    assert.match(errors(without)[0]!, /answered 403.*Invalid access token/);
    assert.equal(step.ledger().clusters.length, 1);
    const after = await step.cleanUp(result, expired);
    assert.equal(after.result, "succeeded", after.log);
    assert.match(
      after.log,
      /The bearer token expired on 2020-01-01T00:00:00.000Z; signing in with the Azure/,
    );
    assert.deepEqual(step.ledger().clusters, []);
  });

  it("deletes a cluster that appears after the post-job step has first looked for it, if the step was killed during the creation", async () => {
    await using step = await createCluster();
    const killed = new AbortController();
    const { received } = await losesRequest(step.workspace, { path: "/clusters/create$" });
    const running = step.run({
      signal: killed.signal,
      cancelTimes: killedAtOnce,
    });
    await received;
    killed.abort();
    const result = await running;
    const afterJob = step.cleanUp(result);
    await until(() => step.requests(/clusters\/list$/).length > 0);
    await letEffectsCome(step.workspace);
    const after = await afterJob;
    assert.equal(after.result, "succeeded", after.log);
    assert.match(after.log, /Deleted cluster/);
    assert.deepEqual(step.ledger().clusters, []);
  });

  it("keeps only the cluster that it handed over if keepCluster is true and another cluster appears long after a 503", async () => {
    await using step = await createCluster();
    await answersBeforeEffect(step.workspace, { path: "/clusters/create$" });
    const result = await step.run({ inputs: { keepCluster: "true" } });
    assert.equal(result.result, "succeeded", result.log);
    await letEffectsCome(step.workspace);
    assert.equal(step.ledger().clusters.length, 2);

    const kept = await step.cleanUp(result, { inputs: { keepCluster: "true" } });
    assert.equal(kept.result, "succeeded", kept.log);
    assert.deepEqual(
      step.ledger().clusters.map(({ id }) => id),
      [result.variables["step.ClusterId"]],
    );
    const after = await step.cleanUp(result);
    assert.equal(after.result, "succeeded", after.log);
    assert.deepEqual(step.ledger().clusters, []);
  });

  it("deletes every other cluster with its tag, and fails, if one of them cannot be deleted", async () => {
    await using step = await createCluster();
    const result = await step.run();
    const [cluster] = step.ledger().clusters;
    await step.askDatabricks("POST", "/api/2.1/clusters/create", {
      ...config,
      custom_tags: { "notebook-ops": cluster!.tags["notebook-ops"] },
    });
    await step.workspace.declareFault({
      match: { path: "/permanent-delete$" },
      when: "before",
      then: { status: 403, body: { error_code: "PERMISSION_DENIED", message: "no Manage permissions" } },
    });
    const after = await step.cleanUp(result);
    assert.equal(after.result, "failed");
    assert.match(errors(after).join("\n"), /^Could not delete cluster .*: no Manage permissions; .*\.$/);
    assert.equal(step.ledger().clusters.length, 1);
    assert.equal(step.requests(/permanent-delete$/).length, 2);
  });

  it("looks for clusters once after the job if every answer was clear", async () => {
    await using step = await createCluster();
    const result = await step.run();
    await step.cleanUp(result);
    assert.equal(step.requests(/clusters\/list$/).length, 1);
  });

  it("deletes a cluster that does not start, even if keepCluster is true", async () => {
    await using step = await createCluster({ inputs: { keepCluster: "true" } });
    await step.workspace.declareFault({
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
    const result = await step.run();
    assert.equal(result.result, "failed");
    assert.match(
      errors(result)[0]!,
      /AZURE_QUOTA_EXCEEDED_EXCEPTION, CLIENT_ERROR: Quota of 10 cores exceeded/,
    );
    assert.match(errors(result)[0]!, /ask for more cores of this VM family/);
    assert.deepEqual(step.ledger().clusters, []);
  });
});
