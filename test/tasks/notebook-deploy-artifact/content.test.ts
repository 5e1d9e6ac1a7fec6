import assert from "node:assert/strict";
import { rename, symlink, writeFile } from "node:fs/promises";
import path from "node:path";
import { errors } from "../../harness/run-task.ts";
import { DeploymentSite, first, inSwitch, notebook, second, target } from "./deployment-site.ts";

describe("NotebookDeployArtifact and content that changes after its check", function () {
  this.timeout(120_000);

  // Write requests of a deployment over another version: the first is the lock, 2 to 8 are the folder beside the target.
  const whenLocked = 1;
  const whenStaged = 8;
  const secret = "the agent's own";
  const changes: [what: string, change: (file: string, site: DeploymentSite) => Promise<unknown>][] = [
    ["is changed", (file) => writeFile(file, notebook("version = 9"))],
    [
      "is replaced by a link to a file of the agent",
      async (file, site) => {
        await writeFile(path.join(site.folder, "secret"), secret);
        await rename(file, `${file}.bak`);
        await symlink(path.join(site.folder, "secret"), file);
      },
    ],
  ];
  for (const [when, request] of [
    ["before it is sent at all", whenLocked],
    ["before it is sent a second time", whenStaged],
  ] as const)
    for (const [what, change] of changes)
      it(`fails if a file ${what} after it was checked and ${when}`, async () => {
        await using site = await DeploymentSite.open();
        await site.deploy(await site.artifact("1.0.0", first));
        const next = await site.artifact("2.0.0", second);
        const result = await site.during(next, request, () => change(path.join(next, "etl.py"), site));
        assert.equal(result.result, "failed", result.log);
        assert.match(
          errors(result)[0]!,
          /^Could not upload etl\.py: its content has changed since it was checked/,
        );
        await site.assertFirst();
      });

  it("fails and restores the previous version if somebody edits a notebook that it has written", async () => {
    await using site = await DeploymentSite.open();
    await site.deploy(await site.artifact("1.0.0", first));
    const next = await site.artifact("2.0.0", second);
    const result = await site.during(next, inSwitch, () => site.edit("etl", "edited"));
    assert.equal(result.result, "failed", result.log);
    assert.match(
      errors(result)[0]!,
      /^Could not deploy weather 2\.0\.0 to .*: etl differs from what was written, so somebody else is changing the folder/,
    );
    await site.assertFirst();
  });

  it("fails if somebody edits a notebook that it left unchanged", async () => {
    await using site = await DeploymentSite.open();
    await site.deploy(await site.artifact("1.0.0", first));
    const next = await site.artifact("2.0.0", second);
    const result = await site.during(next, inSwitch, () => site.edit("same", "edited"));
    assert.equal(result.result, "failed", result.log);
    assert.match(errors(result)[0]!, /: same differs from what was written/);
  });

  it("succeeds by a second read if the first one returns the content from before a write", async () => {
    await using site = await DeploymentSite.open();
    await site.deploy(await site.artifact("1.0.0", first));
    const next = await site.artifact("2.0.0", second);
    const result = await site.during(next, inSwitch, () =>
      site.workspace.declareFault({
        match: { path: "/workspace/export$" },
        when: "before",
        then: {
          status: 200,
          body: { content: Buffer.from(first["etl.py"]).toString("base64"), file_type: "py" },
        },
      }),
    );
    assert.equal(result.result, "succeeded", result.log);
    assert.equal(await site.content("etl"), second["etl.py"]);
  });

  it("writes each object again that differs from the artifact, whatever the record says", async () => {
    await using site = await DeploymentSite.open();
    const source = await site.artifact("1.0.0", first);
    await site.deploy(source);
    await site.edit("etl", "edited");
    await site.put(`${target}/lib/module.py`, "value = 9\n");
    await site.put(`${target}/notebook-artifact.json`, "{}");
    await site.put(`${target}/notebook-ops-deployment.json`, JSON.stringify(await site.record()));
    await site.deploy(source);
    await site.assertFirst();
  });

  it("deletes nothing outside the folder that a forged record lists", async () => {
    await using site = await DeploymentSite.open();
    await site.mkdirs(target);
    await site.put("/Shared/production/notes.txt", "somebody's own");
    const sha256 = "0".repeat(64);
    const forged = {
      schema: "notebook-ops/deployment/1",
      state: "deployed",
      environment: "production",
      workspaceFolder: target,
      artifact: { name: "weather", version: "0.9.0", digest: `sha256:${sha256}` },
      deployedOn: "2026-03-02T09:14:00.000Z",
      objects: [{ path: "../notes.txt", file: "../notes.txt", sha256 }],
    };
    await site.put(`${target}/notebook-ops-deployment.json`, JSON.stringify(forged));
    await site.deploy(await site.artifact("1.0.0", first));
    assert.equal(await site.read("/Shared/production/notes.txt"), "somebody's own");
    await site.assertFirst();
  });

  it("refuses an artifact that contains a file at a path of the deployment's own", async () => {
    await using site = await DeploymentSite.open();
    for (const [index, file] of ["notebook-ops-deployment.json", ".notebook-ops-originals/x"].entries()) {
      const source = await site.artifact(`1.0.${index}`, { ...first, [file]: "{}" });
      const result = await site.run(source);
      assert.match(
        errors(result)[0]!,
        /its file .* has the path of a file that each deployment writes itself/,
      );
    }
    assert.deepEqual(site.objects(), []);
  });
});
