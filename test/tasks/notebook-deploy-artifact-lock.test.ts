import assert from "node:assert/strict";
import path from "node:path";
import { errors } from "../harness/run-task.ts";
import { DeploymentSite, first, notebook, second, secondObjects, target } from "./deployment-site.ts";

const lockFile = `${target}.notebook-ops-lock`;
const stale = { status: 404, body: { error_code: "RESOURCE_DOES_NOT_EXIST", message: "not there" } };
const forbidden = { status: 403, body: { error_code: "PERMISSION_DENIED", message: "Not yours" } };
/** Of the requests of a second version that write: the lock is 1, the folder beside 2 to 8, the record 9, the switch 10 to 15. */
const inStaging = 4;
const inSwitch = 16;

describe("NotebookDeployArtifact and its lock", function () {
  this.timeout(120_000);
  let site: DeploymentSite;
  beforeEach(async () => {
    site = await DeploymentSite.open();
  });
  afterEach(() => site[Symbol.asyncDispose]());

  /** The lock as the workspace has it, by the id of who holds it. */
  const holder = async () => JSON.parse(await site.read(lockFile)).id;

  describe("another deployment took the folder over", () => {
    it("leaves the folder and the lock as they are if that was before the switch", async () => {
      await site.deployed(await site.artifact("1.0.0", first));
      const next = await site.artifact("2.0.0", second);
      const result = await site.meanwhile(next, inStaging, () => site.replaceLock());
      const after = await site.postJob(result, next);
      assert.equal(result.result, "failed");
      assert.match(errors(result)[0]!, /2\.0\.0 to .*: another deployment took its place meanwhile/);
      assert.equal(after.result, "succeeded", after.log);
      assert.equal(await holder(), "other");
      assert.deepEqual(site.beside(), [lockFile]);
      assert.equal(await site.content("etl"), first["etl.py"]);
      assert.equal((await site.record()).artifact.version, "1.0.0");
    });

    it("leaves the folder that the other has just made and not filled yet", async () => {
      const source = await site.artifact("1.0.0", first);
      const result = await site.meanwhile(source, inStaging, async () => {
        await site.replaceLock();
        await site.mkdirs(target);
      });
      await site.postJob(result, source);
      assert.equal(result.result, "failed", result.log);
      assert.deepEqual(site.objects(), ["/Shared/production", target, lockFile]);
    });

    it("puts nothing back over what the other has written if that was during the switch", async () => {
      await site.deployed(await site.artifact("1.0.0", first));
      const next = await site.artifact("2.0.0", second);
      const result = await site.meanwhile(next, inSwitch, async () => {
        await site.replaceLock();
        await site.edit("etl", "version = 3");
      });
      const after = await site.postJob(result, next);
      assert.equal(result.result, "failed");
      assert.equal(after.result, "succeeded", after.log);
      assert.equal(await site.content("etl"), notebook("version = 3"));
      assert.equal(await holder(), "other");
      assert.deepEqual(site.beside(), [lockFile]);
      assert.doesNotMatch(result.log + after.log, /Put back/);
    });

    it("does not record its own version if that was during the switch", async () => {
      await site.deployed(await site.artifact("1.0.0", first));
      const next = await site.artifact("2.0.0", second);
      const result = await site.meanwhile(next, inSwitch, () => site.replaceLock());
      assert.equal(result.result, "failed", result.log);
      assert.match(errors(result)[0]!, /another deployment took its place meanwhile/);
      assert.equal((await site.record()).state, "deploying");
      assert.equal(await holder(), "other");
    });

    it("does not remove the other's lock when it has come to its end", async () => {
      const source = await site.artifact("1.0.0", { "etl.py": notebook("version = 1") });
      // The lock, two objects beside, the record, two objects, the record: the folder beside is deleted by the eighth.
      const result = await site.meanwhile(source, 8, () => site.replaceLock());
      const after = await site.postJob(result, source);
      assert.equal(result.result, "succeeded", result.log);
      assert.equal(after.result, "succeeded", after.log);
      assert.equal(await holder(), "other");
    });
  });

  describe("a read is answered with what was there before a write", () => {
    const small = { "etl.py": notebook("version = 1") };
    // Exports of a first deployment of one notebook: the lock, the notebook and the manifest, the lock, and the lock to remove it.
    const releasing = 5;

    it("removes its lock although the first look says that there is none", async () => {
      const source = await site.artifact("1.0.0", small);
      await site.workspace.declareFault({
        match: { path: "/workspace/export$", nth: releasing },
        when: "before",
        then: stale,
      });
      await site.deployed(source);
      assert.deepEqual(site.beside(), []);
    });

    it("removes its lock although the workspace first says that there is none to delete", async () => {
      const source = await site.artifact("1.0.0", small);
      await site.workspace.declareFault({
        match: { path: "/workspace/delete$", nth: 2 },
        when: "before",
        then: stale,
      });
      await site.deployed(source);
      assert.deepEqual(site.beside(), []);
    });

    it("removes its lock after the job if it was not to be seen before", async () => {
      const source = await site.artifact("1.0.0", small);
      await site.workspace.declareFault({
        match: { path: "/workspace/export$", nth: releasing },
        when: "before",
        times: 4,
        then: stale,
      });
      const result = await site.deployed(source);
      assert.deepEqual(site.beside(), [lockFile]);
      const after = await site.postJob(result, source);
      assert.equal(after.result, "succeeded", after.log);
      assert.deepEqual(site.beside(), []);
      assert.equal(await site.content("etl"), small["etl.py"]);
    });

    it("puts the version before back although the first look says that its lock is gone", async () => {
      await site.deployed(await site.artifact("1.0.0", first));
      const next = await site.artifact("2.0.0", second);
      const result = await site.meanwhile(next, inSwitch, async () => {
        await site.workspace.declareFault({
          match: { path: "/workspace/delete$" },
          when: "before",
          then: forbidden,
        });
        await site.workspace.declareFault({
          match: { path: "/workspace/export$" },
          when: "before",
          then: stale,
        });
      });
      assert.equal(result.result, "failed", result.log);
      await site.assertFirst();
    });

    it("does not take over a lock that another holds although the first look says that there is none", async () => {
      await site.mkdirs(path.posix.dirname(target));
      await site.replaceLock();
      await site.workspace.declareFault({
        match: { path: "/workspace/export$" },
        when: "before",
        times: 2,
        then: stale,
      });
      const result = await site.run(await site.artifact("1.0.0", first));
      assert.equal(result.result, "failed", result.log);
      assert.match(errors(result)[0]!, /build 344 is deploying there since/);
      assert.equal(await holder(), "other");
    });
  });

  it("does not take over a lock that cannot be read", async () => {
    await site.mkdirs(path.posix.dirname(target));
    await site.put(lockFile, "{");
    const result = await site.run(await site.artifact("1.0.0", first));
    assert.match(errors(result)[0]!, /another build is deploying there since an unknown time; .* delete/);
    assert.equal(await site.read(lockFile), "{");
  });

  describe("the creation of the lock has no clear answer", () => {
    const refuseLock = (times = 3) =>
      site.workspace.declareFault({
        match: { path: "/workspace/import$" },
        when: "before",
        times,
        then: { status: 503, body: { error_code: "TEMPORARILY_UNAVAILABLE", message: "later" } },
      });
    /** The effect of the request that was answered by 503. */
    const lockAppears = async (id: string) => {
      await site.mkdirs(path.posix.dirname(target));
      await site.replaceLock(id);
    };
    const idIn = (variables: Record<string, string>) =>
      JSON.parse(variables.deploymentSite!).lockId as string;

    it("asks again, and removes each of two that appear after the job, one after the other", async () => {
      const source = await site.artifact("1.0.0", first);
      await refuseLock(2);
      const result = await site.deployed(source);
      const id = idIn(result.taskVariables);
      await lockAppears(id);
      const cleaning = site.postJob(result, source);
      while (site.beside().length > 0) await new Promise(setImmediate);
      await lockAppears(id);
      const after = await cleaning;
      assert.equal(after.result, "succeeded", after.log);
      await site.assertFirst();
    });

    it("removes one that appears after the step has failed", async () => {
      const source = await site.artifact("1.0.0", first);
      await refuseLock();
      const result = await site.run(source);
      assert.equal(result.result, "failed", result.log);
      assert.deepEqual(site.objects(), []);
      await lockAppears(idIn(result.taskVariables));
      const after = await site.postJob(result, source);
      assert.equal(after.result, "succeeded", after.log);
      assert.deepEqual(site.objects(), []);
    });

    it("removes one that appears after the job's clean-up has looked for it", async () => {
      const source = await site.artifact("1.0.0", first);
      await refuseLock();
      const result = await site.run(source);
      const reads = () => site.workspace.requested(/\/workspace\/export$/).length;
      const before = reads();
      const cleaning = site.postJob(result, source);
      // Four looks say whose lock it is, four more are to remove it.
      while (reads() < before + 8) await new Promise(setImmediate);
      await lockAppears(idIn(result.taskVariables));
      const after = await cleaning;
      assert.equal(after.result, "succeeded", after.log);
      assert.deepEqual(site.objects(), []);
    });

    it("leaves one that appears for another build", async () => {
      const source = await site.artifact("1.0.0", first);
      await refuseLock();
      const result = await site.run(source);
      await lockAppears("other");
      await site.postJob(result, source);
      assert.deepEqual(site.beside(), [lockFile]);
    });
  });

  it("removes the folder beside the target if it appears again by a request that had no clear answer", async () => {
    await site.deployed(await site.artifact("1.0.0", first));
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
    const result = await site.deployed(next);
    assert.deepEqual(site.beside(), []);
    await fetch(`${site.workspace.emulator.ready.controlUrl}/clock`, {
      method: "POST",
      body: JSON.stringify({ advanceSeconds: 600 }),
    });
    assert.notDeepEqual(site.beside(), []);
    const after = await site.postJob(result, next);
    assert.equal(after.result, "succeeded", after.log);
    assert.deepEqual(site.beside(), []);
    assert.deepEqual(site.below(), secondObjects);
  });

  it("does not take an empty answer for an empty folder if there was a version when it began", async () => {
    await site.deployed(await site.artifact("1.0.0", first));
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
    assert.match(errors(result)[0]!, /the record of the version before was there when the step began/);
    await site.assertFirst();
  });

  describe("a deployment is refused", () => {
    it("removes the folders that it made above the target if the workspace refuses the lock", async () => {
      await site.workspace.declareFault({
        match: { path: "/workspace/import$" },
        when: "before",
        then: forbidden,
      });
      const result = await site.run(await site.artifact("1.0.0", first));
      assert.match(errors(result)[0]!, /Not yours/);
      assert.deepEqual(site.objects(), []);
    });

    it("leaves a folder above the target into which somebody has put a file", async () => {
      const notes = "/Shared/production/notes.txt";
      const result = await site.meanwhile(await site.artifact("1.0.0", first), inStaging, async () => {
        await site.put(notes, "somebody's own");
        await site.workspace.declareFault({
          match: { path: "/workspace/import$" },
          when: "before",
          then: forbidden,
        });
        await site.workspace.declareFault({
          match: { path: "/workspace/export$" },
          when: "before",
          then: forbidden,
        });
      });
      assert.equal(result.result, "failed", result.log);
      await site.postJob(result, "");
      assert.deepEqual(site.objects(), ["/Shared/production", notes]);
    });
  });
});

describe("NotebookDeployArtifact and what others put into its folders", function () {
  this.timeout(120_000);
  let site: DeploymentSite;
  beforeEach(async () => {
    site = await DeploymentSite.open();
  });
  afterEach(() => site[Symbol.asyncDispose]());

  it("does not delete a folder that it has emptied of its own if somebody has put a file there", async () => {
    await site.deployed(await site.artifact("1.0.0", first));
    await site.put(`${target}/old/mine.txt`, "somebody's own");
    await site.deployed(await site.artifact("2.0.0", second));
    assert.equal(site.below().includes("old/gone"), false);
    assert.equal(await site.content("old/mine.txt"), "somebody's own");
  });

  it("does not delete a folder that it takes back if somebody has put a file there", async () => {
    await site.deployed(await site.artifact("1.0.0", first));
    const next = await site.artifact("2.0.0", second);
    const result = await site.meanwhile(next, inSwitch, async () => {
      await site.put(`${target}/new/mine.txt`, "somebody's own");
      await site.workspace.declareFault({
        match: { path: "/workspace/export$" },
        when: "before",
        then: forbidden,
      });
    });
    assert.equal(result.result, "failed", result.log);
    assert.match(result.log, /Put back/);
    assert.equal(site.below().includes("new/added"), false);
    assert.equal(await site.content("new/mine.txt"), "somebody's own");
  });

  it("restores the record of the version before only when all else is back", async () => {
    await site.deployed(await site.artifact("1.0.0", first));
    const next = await site.artifact("2.0.0", second);
    const result = await site.meanwhile(next, inSwitch, async () => {
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

  it("removes the lock and the folder beside although the version before cannot be put back", async () => {
    await site.deployed(await site.artifact("1.0.0", first));
    const next = await site.artifact("2.0.0", second);
    const result = await site.meanwhile(next, inSwitch, async () => {
      await site.workspace.declareFault({
        match: { path: "/workspace/(export|import)$" },
        when: "before",
        times: 100,
        then: forbidden,
      });
    });
    assert.equal(result.result, "failed", result.log);
    await fetch(`${site.workspace.emulator.ready.controlUrl}/faults`, { method: "DELETE" });
    await site.workspace.declareFault({
      match: { path: "/workspace/import$" },
      when: "before",
      times: 100,
      then: forbidden,
    });
    const after = await site.postJob(result, next);
    assert.equal(after.result, "failed", after.log);
    assert.deepEqual(site.beside(), []);
  });
});
