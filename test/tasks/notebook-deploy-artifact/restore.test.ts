import assert from "node:assert/strict";
import { errors } from "../../harness/run-task.ts";
import { DeploymentSite, first, forbidden, inSwitch, second, target } from "./deployment-site.ts";

describe("NotebookDeployArtifact and the previous version", function () {
  this.timeout(120_000);

  /** Kills a deployment of the second version over the first as soon as so many of its requests that write have come. */
  const kill = async (site: DeploymentSite, request: number) => {
    await site.deploy(await site.artifact("1.0.0", first));
    const next = await site.artifact("2.0.0", second);
    const killed = await site.runSignalled(next, request, "SIGKILL");
    assert.equal(killed.exitCode, null, killed.log);
    return { killed, next };
  };

  it("leaves the previous version untouched if the workspace refuses a file of the new one", async () => {
    await using site = await DeploymentSite.open();
    await site.deploy(await site.artifact("1.0.0", first));
    const next = await site.artifact("2.0.0", second);
    await site.workspace.declareFault({
      match: { path: "/workspace/import$", nth: 3 },
      when: "before",
      then: { status: 400, body: { error_code: "INVALID_PARAMETER_VALUE", message: "No such language" } },
    });
    const result = await site.run(next);
    assert.equal(result.result, "failed");
    assert.match(errors(result)[0]!, /weather\.notebook-ops-.*No such language/);
    await site.assertFirst();
  });

  for (const nth of [9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20])
    it(`restores the previous version if the switch fails at write request ${nth}`, async () => {
      await using site = await DeploymentSite.open();
      await site.deploy(await site.artifact("1.0.0", first));
      const next = await site.artifact("2.0.0", second);
      await site.workspace.declareFault({
        match: { path: "/workspace/(import|delete)$", nth },
        when: "before",
        then: { status: 403, body: { error_code: "PERMISSION_DENIED", message: "Not yours" } },
      });
      const result = await site.run(next);
      assert.equal(result.result, "failed", result.log);
      assert.match(errors(result)[0]!, /Not yours/);
      assert.match(result.log, /Restored the previous content of \/Shared\/production\/weather\./);
      await site.assertFirst();
    });

  it("leaves no folder if the first deployment fails", async () => {
    await using site = await DeploymentSite.open();
    const source = await site.artifact("1.0.0", first);
    await site.workspace.declareFault({
      match: { path: "/workspace/import$", nth: 10 },
      when: "before",
      then: { status: 403, body: { error_code: "PERMISSION_DENIED", message: "Not yours" } },
    });
    const result = await site.run(source);
    assert.equal(result.result, "failed", result.log);
    assert.deepEqual(site.objects(), []);
  });

  it("restores the previous version if the step is cancelled in the middle of the switch", async () => {
    await using site = await DeploymentSite.open();
    await site.deploy(await site.artifact("1.0.0", first));
    const next = await site.artifact("2.0.0", second);
    await site.workspace.declareFault({
      match: { path: "/workspace/import$", nth: 10 },
      when: "after",
      then: { stallMs: 60_000 },
    });
    const before = site.workspace.requested(/import$/).length;
    const cancel = new AbortController();
    const watch = setInterval(
      () => site.workspace.requested(/import$/).length >= before + 10 && cancel.abort(),
      20,
    );
    const result = await site.run(next, { signal: cancel.signal }).finally(() => clearInterval(watch));
    assert.equal(result.result, "canceled", result.log);
    await site.postJob(result, next);
    await site.assertFirst();
  });

  const moments: [request: number, when: string][] = [
    [1, "once it has the lock"],
    [5, "while it fills the folder beside"],
    [9, "at the beginning of the switch"],
    [12, "in the middle of the switch"],
    [17, "at the removal of what is gone"],
    [20, "before it knows that the switch is done"],
  ];
  for (const [request, when] of moments)
    it(`restores the previous version after the job if the step is killed ${when}`, async () => {
      await using site = await DeploymentSite.open();
      const { killed, next } = await kill(site, request);
      const after = await site.postJob(killed, next);
      assert.equal(after.result, "succeeded", after.log);
      await site.assertFirst();
    });

  it("leaves the new version if the step is killed when only its tidying up is left", async () => {
    await using site = await DeploymentSite.open();
    const { killed, next } = await kill(site, 21);
    await site.postJob(killed, next);
    assert.equal(await site.content("etl"), second["etl.py"]);
    assert.equal((await site.record()).state, "deployed");
    assert.deepEqual(site.objectsBeside(), []);
  });

  it("completes a half-switched folder by the next deployment if the agent died", async () => {
    await using site = await DeploymentSite.open();
    const { next } = await kill(site, 12);
    assert.equal((await site.record()).state, "deploying");
    await site.delete(`${target}.notebook-ops-lock`);
    await site.deploy(next);
    assert.equal(await site.content("etl"), second["etl.py"]);
    assert.equal(site.targetObjects().includes("old/gone"), false);
    assert.deepEqual(site.objectsBeside(), []);
  });

  it("restores the record of the previous version only after all its files", async () => {
    await using site = await DeploymentSite.open();
    await site.deploy(await site.artifact("1.0.0", first));
    const next = await site.artifact("2.0.0", second);
    const result = await site.during(next, inSwitch, async () => {
      await site.workspace.declareFault({
        match: { path: "/workspace/export$" },
        when: "before",
        then: forbidden,
      });
      // The first object that is put back.
      await site.workspace.declareFault({
        match: { path: "/workspace/import$" },
        when: "before",
        then: forbidden,
      });
    });
    assert.equal(result.result, "failed", result.log);
    assert.match(result.log, /Could not undo a part of this step: .*Not yours/);
    assert.equal((await site.record()).state, "deploying");
    const after = await site.postJob(result, next);
    assert.equal(after.result, "succeeded", after.log);
    await site.assertFirst();
  });

  it("removes the lock and the folder beside the target even if it cannot restore the previous version", async () => {
    await using site = await DeploymentSite.open();
    await site.deploy(await site.artifact("1.0.0", first));
    const next = await site.artifact("2.0.0", second);
    const result = await site.during(next, inSwitch, async () => {
      await site.workspace.declareFault({
        match: { path: "/workspace/(export|import)$" },
        when: "before",
        times: 100,
        then: forbidden,
      });
    });
    assert.equal(result.result, "failed", result.log);
    await site.workspace.clearFaults();
    await site.workspace.declareFault({
      match: { path: "/workspace/import$" },
      when: "before",
      times: 100,
      then: forbidden,
    });
    const after = await site.postJob(result, next);
    assert.equal(after.result, "failed", after.log);
    assert.deepEqual(site.objectsBeside(), []);
  });
});
