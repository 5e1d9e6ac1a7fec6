import assert from "node:assert/strict";
import path from "node:path";
import { DeploymentSite, first, lockFile, second, secondObjects, target } from "./deployment-site.ts";

describe("NotebookDeployArtifact and requests without a clear answer", function () {
  this.timeout(120_000);

  const refuseLock = (site: DeploymentSite, times = 3) =>
    site.workspace.declareFault({
      match: { path: "/workspace/import$" },
      when: "before",
      times,
      then: { status: 503, body: { error_code: "TEMPORARILY_UNAVAILABLE", message: "later" } },
    });
  /** The effect of the request that was answered by 503. */
  const lockAppears = async (site: DeploymentSite, id: string) => {
    await site.mkdirs(path.posix.dirname(target));
    await site.replaceLock(id);
  };
  const idIn = (variables: Record<string, string>) => JSON.parse(variables.deploymentSite!).lockId as string;

  it("creates its lock by a second request, and removes two late copies of it after the job", async () => {
    await using site = await DeploymentSite.open();
    const source = await site.artifact("1.0.0", first);
    await refuseLock(site, 2);
    const result = await site.deploy(source);
    const id = idIn(result.taskVariables);
    await lockAppears(site, id);
    const cleaning = site.postJob(result, source);
    while (site.objectsBeside().length > 0) await new Promise(setImmediate);
    await lockAppears(site, id);
    const after = await cleaning;
    assert.equal(after.result, "succeeded", after.log);
    await site.assertFirst();
  });

  it("removes a lock that appears after the step has failed", async () => {
    await using site = await DeploymentSite.open();
    const source = await site.artifact("1.0.0", first);
    await refuseLock(site);
    const result = await site.run(source);
    assert.equal(result.result, "failed", result.log);
    assert.deepEqual(site.objects(), []);
    await lockAppears(site, idIn(result.taskVariables));
    const after = await site.postJob(result, source);
    assert.equal(after.result, "succeeded", after.log);
    assert.deepEqual(site.objects(), []);
  });

  it("removes a lock that appears after the post-job step has first looked for it", async () => {
    await using site = await DeploymentSite.open();
    const source = await site.artifact("1.0.0", first);
    await refuseLock(site);
    const result = await site.run(source);
    const reads = () => site.workspace.requested(/\/workspace\/export$/).length;
    const before = reads();
    const cleaning = site.postJob(result, source);
    // Four looks say whose lock it is, four more are to remove it.
    while (reads() < before + 8) await new Promise(setImmediate);
    await lockAppears(site, idIn(result.taskVariables));
    const after = await cleaning;
    assert.equal(after.result, "succeeded", after.log);
    assert.deepEqual(site.objects(), []);
  });

  it("leaves the lock of another build that appears after the step has failed", async () => {
    await using site = await DeploymentSite.open();
    const source = await site.artifact("1.0.0", first);
    await refuseLock(site);
    const result = await site.run(source);
    await lockAppears(site, "other");
    await site.postJob(result, source);
    assert.deepEqual(site.objectsBeside(), [lockFile]);
  });

  it("removes the folder beside the target if a request without a clear answer creates it again", async () => {
    await using site = await DeploymentSite.open();
    await site.deploy(await site.artifact("1.0.0", first));
    const next = await site.artifact("2.0.0", second);
    // The folder above the target is the first that is made, those beside it come next.
    await site.workspace.declareFault({
      match: { path: "/workspace/mkdirs$", nth: 2 },
      when: "before",
      then: {
        status: 503,
        body: { error_code: "TEMPORARILY_UNAVAILABLE", message: "later" },
        effectAfterMs: 600_000,
      },
    });
    const result = await site.deploy(next);
    assert.deepEqual(site.objectsBeside(), []);
    await site.workspace.advanceClock(600);
    assert.notDeepEqual(site.objectsBeside(), []);
    const after = await site.postJob(result, next);
    assert.equal(after.result, "succeeded", after.log);
    assert.deepEqual(site.objectsBeside(), []);
    assert.deepEqual(site.targetObjects(), secondObjects);
  });
});
