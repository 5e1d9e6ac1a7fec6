import assert from "node:assert/strict";
import path from "node:path";
import { errors } from "../../harness/run-task.ts";
import { DeploymentSite, first, forbidden, inStaging, inSwitch, second, target } from "./deployment-site.ts";

describe("NotebookDeployArtifact and files of others", function () {
  this.timeout(120_000);

  it("removes the folders that it made above the target if the workspace refuses the lock", async () => {
    await using site = await DeploymentSite.open();
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
    await using site = await DeploymentSite.open();
    const notes = "/Shared/production/notes.txt";
    const result = await site.during(await site.artifact("1.0.0", first), inStaging, async () => {
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

  it("does not delete a folder without files of the new version if somebody has put a file there", async () => {
    await using site = await DeploymentSite.open();
    await site.deploy(await site.artifact("1.0.0", first));
    await site.put(`${target}/old/mine.txt`, "somebody's own");
    await site.deploy(await site.artifact("2.0.0", second));
    assert.equal(site.targetObjects().includes("old/gone"), false);
    assert.equal(await site.content("old/mine.txt"), "somebody's own");
  });

  it("does not delete a folder of the new version during the restore if somebody has put a file there", async () => {
    await using site = await DeploymentSite.open();
    await site.deploy(await site.artifact("1.0.0", first));
    const next = await site.artifact("2.0.0", second);
    const result = await site.during(next, inSwitch, async () => {
      await site.put(`${target}/new/mine.txt`, "somebody's own");
      await site.workspace.declareFault({
        match: { path: "/workspace/export$" },
        when: "before",
        then: forbidden,
      });
    });
    assert.equal(result.result, "failed", result.log);
    assert.match(result.log, /Restored/);
    assert.equal(site.targetObjects().includes("new/added"), false);
    assert.equal(await site.content("new/mine.txt"), "somebody's own");
  });

  for (const [what, own, file, inTheWay] of [
    ["a file of somebody's", "etl", "etl.py", "deploy etl to .*: etl is in the way"],
    ["the folder of a file of somebody's", "etl/note", "etl.py", "deploy etl to .*: etl/note is in the way"],
    ["a file of somebody's by a folder", "etl", "etl/load.py", "deploy etl/load to .*: etl is in the way"],
  ] as const)
    it(`refuses to replace ${what}`, async () => {
      await using site = await DeploymentSite.open();
      await site.mkdirs(path.posix.dirname(`${target}/${own}`));
      await site.put(`${target}/${own}`, "somebody's own");
      const before = site.targetObjects();
      const result = await site.run(
        await site.artifact("1.0.0", { [file]: "# Databricks notebook source\nprint(1)\n" }),
      );
      assert.equal(result.result, "failed");
      assert.match(
        errors(result)[0]!,
        new RegExp(`${inTheWay}, and it is not from a deployment; move it, or choose another`),
      );
      assert.deepEqual(site.targetObjects(), before);
      assert.deepEqual(site.objectsBeside(), []);
    });
});
