import assert from "node:assert/strict";
import path from "node:path";
import { errors } from "../../harness/run-task.ts";
import {
  DeploymentSite,
  first,
  forbidden,
  inSwitch,
  lockFile,
  notebook,
  second,
  target,
} from "./deployment-site.ts";

describe("NotebookDeployArtifact and reads from before a write", function () {
  this.timeout(120_000);

  const notFound = { status: 404, body: { error_code: "RESOURCE_DOES_NOT_EXIST", message: "not there" } };
  const oneNotebook = { "etl.py": notebook("version = 1") };
  // A first deployment of one notebook exports the lock, the notebook, the manifest, the lock, and the lock again to remove it.
  const removalOfLock = 5;

  it("removes its lock even if the first read says that there is none", async () => {
    await using site = await DeploymentSite.open();
    const source = await site.artifact("1.0.0", oneNotebook);
    await site.workspace.declareFault({
      match: { path: "/workspace/export$", nth: removalOfLock },
      when: "before",
      then: notFound,
    });
    await site.deploy(source);
    assert.deepEqual(site.objectsBeside(), []);
  });

  it("removes its lock even if the first deletion says that there is none", async () => {
    await using site = await DeploymentSite.open();
    const source = await site.artifact("1.0.0", oneNotebook);
    await site.workspace.declareFault({
      match: { path: "/workspace/delete$", nth: 2 },
      when: "before",
      then: notFound,
    });
    await site.deploy(source);
    assert.deepEqual(site.objectsBeside(), []);
  });

  it("removes its lock after the job if no read showed it before", async () => {
    await using site = await DeploymentSite.open();
    const source = await site.artifact("1.0.0", oneNotebook);
    await site.workspace.declareFault({
      match: { path: "/workspace/export$", nth: removalOfLock },
      when: "before",
      times: 4,
      then: notFound,
    });
    const result = await site.deploy(source);
    assert.deepEqual(site.objectsBeside(), [lockFile]);
    const after = await site.postJob(result, source);
    assert.equal(after.result, "succeeded", after.log);
    assert.deepEqual(site.objectsBeside(), []);
    assert.equal(await site.content("etl"), oneNotebook["etl.py"]);
  });

  it("restores the previous version even if the first read says that its lock is gone", async () => {
    await using site = await DeploymentSite.open();
    await site.deploy(await site.artifact("1.0.0", first));
    const next = await site.artifact("2.0.0", second);
    const result = await site.during(next, inSwitch, async () => {
      await site.workspace.declareFault({
        match: { path: "/workspace/delete$" },
        when: "before",
        then: forbidden,
      });
      await site.workspace.declareFault({
        match: { path: "/workspace/export$" },
        when: "before",
        then: notFound,
      });
    });
    assert.equal(result.result, "failed", result.log);
    await site.assertFirst();
  });

  it("does not take over the lock of another build even if the first read says that there is none", async () => {
    await using site = await DeploymentSite.open();
    await site.mkdirs(path.posix.dirname(target));
    await site.replaceLock();
    await site.workspace.declareFault({
      match: { path: "/workspace/export$" },
      when: "before",
      times: 2,
      then: notFound,
    });
    const result = await site.run(await site.artifact("1.0.0", first));
    assert.equal(result.result, "failed", result.log);
    assert.match(errors(result)[0]!, /build 344 has been deploying there since/);
    assert.equal(JSON.parse(await site.read(lockFile)).id, "other");
  });

  it("does not take an empty answer for an empty folder if the folder had a version when the step began", async () => {
    await using site = await DeploymentSite.open();
    await site.deploy(await site.artifact("1.0.0", first));
    // The target and its three folders, the folder above, then the target again.
    const again = site.workspace.requested(/\/workspace\/list$/).length;
    await site.workspace.declareFault({
      match: { path: "/workspace/list$", nth: 6 },
      when: "before",
      then: { status: 200, body: {} },
    });
    const result = await site.run(await site.artifact("2.0.0", second));
    assert.ok(site.workspace.requested(/\/workspace\/list$/).length >= again + 6);
    assert.equal(result.result, "failed", result.log);
    assert.match(
      errors(result)[0]!,
      /the record of the previous version, which was there when the step began, has been deleted/,
    );
    await site.assertFirst();
  });
});
