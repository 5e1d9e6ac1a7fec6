import assert from "node:assert/strict";
import path from "node:path";
import type { StageResult } from "../../../local/agent/step-session.ts";
import { errors } from "../../harness/run-task.ts";
import {
  DeploymentSite,
  first,
  inStaging,
  inSwitch,
  lockFile,
  notebook,
  second,
  target,
} from "./deployment-site.ts";

describe("NotebookDeployArtifact and its lock", function () {
  this.timeout(120_000);

  /** The id of the deployment that has the lock. */
  const holder = async (site: DeploymentSite) => JSON.parse(await site.read(lockFile)).id;

  it("completes the first of two deployments to the same folder, and refuses the other with the name of the first build", async () => {
    await using site = await DeploymentSite.open();
    const one = await site.artifact("1.0.0", first);
    const other = await site.artifact("2.0.0", second);
    let refused: StageResult | undefined;
    const won = await site.during(one, 3, async () => {
      refused = await site.run(other);
      await site.postJob(refused, other);
    });
    assert.equal(refused?.result, "failed", refused?.log);
    assert.match(errors(refused)[0]!, /build 345 \(.*\) has been deploying there since/);
    assert.equal(won.result, "succeeded", won.log);
    await site.assertFirst();
  });

  it("refuses a folder that another build has locked, and takes over an old lock of a dead agent", async () => {
    await using site = await DeploymentSite.open();
    const source = await site.artifact("1.0.0", first);
    const lock = (minutesAgo: number) =>
      site.replaceLock("other", new Date(Date.now() - minutesAgo * 60_000));
    await site.mkdirs(path.posix.dirname(target));
    await lock(5);
    const result = await site.run(source);
    assert.equal(result.result, "failed");
    assert.match(
      errors(result)[0]!,
      /build 344 has been deploying there since .*; wait until it has finished, or delete \/Shared/,
    );
    assert.deepEqual(site.targetObjects(), []);
    await site.delete(`${target}.notebook-ops-lock`);
    await lock(45);
    await site.deploy(source);
    await site.assertFirst();
  });

  it("leaves folder and lock unchanged if another deployment takes over before the switch", async () => {
    await using site = await DeploymentSite.open();
    await site.deploy(await site.artifact("1.0.0", first));
    const next = await site.artifact("2.0.0", second);
    const result = await site.during(next, inStaging, () => site.replaceLock());
    const after = await site.postJob(result, next);
    assert.equal(result.result, "failed");
    assert.match(errors(result)[0]!, /2\.0\.0 to .*: another deployment has replaced it in the meantime/);
    assert.equal(after.result, "succeeded", after.log);
    assert.equal(await holder(site), "other");
    assert.deepEqual(site.objectsBeside(), [lockFile]);
    assert.equal(await site.content("etl"), first["etl.py"]);
    assert.equal((await site.record()).artifact.version, "1.0.0");
  });

  it("leaves the empty folder of another deployment that has taken over", async () => {
    await using site = await DeploymentSite.open();
    const source = await site.artifact("1.0.0", first);
    const result = await site.during(source, inStaging, async () => {
      await site.replaceLock();
      await site.mkdirs(target);
    });
    await site.postJob(result, source);
    assert.equal(result.result, "failed", result.log);
    assert.deepEqual(site.objects(), ["/Shared/production", target, lockFile]);
  });

  it("restores nothing over the files of another deployment that takes over during the switch", async () => {
    await using site = await DeploymentSite.open();
    await site.deploy(await site.artifact("1.0.0", first));
    const next = await site.artifact("2.0.0", second);
    const result = await site.during(next, inSwitch, async () => {
      await site.replaceLock();
      await site.edit("etl", "version = 3");
    });
    const after = await site.postJob(result, next);
    assert.equal(result.result, "failed");
    assert.equal(after.result, "succeeded", after.log);
    assert.equal(await site.content("etl"), notebook("version = 3"));
    assert.equal(await holder(site), "other");
    assert.deepEqual(site.objectsBeside(), [lockFile]);
    assert.doesNotMatch(result.log + after.log, /Restored/);
  });

  it("does not record its own version if another deployment takes over during the switch", async () => {
    await using site = await DeploymentSite.open();
    await site.deploy(await site.artifact("1.0.0", first));
    const next = await site.artifact("2.0.0", second);
    const result = await site.during(next, inSwitch, () => site.replaceLock());
    assert.equal(result.result, "failed", result.log);
    assert.match(errors(result)[0]!, /another deployment has replaced it in the meantime/);
    assert.equal((await site.record()).state, "deploying");
    assert.equal(await holder(site), "other");
  });

  it("does not remove the lock of another deployment when it ends", async () => {
    await using site = await DeploymentSite.open();
    const source = await site.artifact("1.0.0", { "etl.py": notebook("version = 1") });
    // The lock, two objects beside, the record, two objects, the record: the folder beside is deleted by the eighth.
    const result = await site.during(source, 8, () => site.replaceLock());
    const after = await site.postJob(result, source);
    assert.equal(result.result, "succeeded", result.log);
    assert.equal(after.result, "succeeded", after.log);
    assert.equal(await holder(site), "other");
  });

  it("does not take over a lock that it cannot read", async () => {
    await using site = await DeploymentSite.open();
    await site.mkdirs(path.posix.dirname(target));
    await site.put(lockFile, "{");
    const result = await site.run(await site.artifact("1.0.0", first));
    assert.match(
      errors(result)[0]!,
      /another build has been deploying there since an unknown time; .* delete/,
    );
    assert.equal(await site.read(lockFile), "{");
  });
});
