import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { errors } from "../../harness/run-task.ts";
import {
  deployedPath,
  FabricSite,
  first,
  firstNotebooks,
  recordName,
  second,
  secondNotebooks,
} from "./fabric-site.ts";

describe("NotebookDeployArtifact to Fabric", function () {
  this.timeout(120_000);

  it("deploys an artifact to Fabric, finds it there again, and replaces it by the next version", async () => {
    await using site = await FabricSite.open();
    await site.create("somebody's own");
    const one = await site.artifact("1.0.0", first);
    const deployed = await site.deploy(one);
    const { digest } = JSON.parse(await readFile(path.join(one, "notebook-artifact.json"), "utf8"));
    assert.equal(deployed.variables["step.ArtifactDigest"], digest);
    assert.equal(deployed.variables["step.DeployedPath"], deployedPath);
    assert.deepEqual(await site.notebooks(), { ...firstNotebooks, "somebody's own": "" });
    await site.assertRecorded("1.0.0");
    assert.match(deployed.log, /these stay in the package: lib\/module\.py\./);
    assert.match(
      deployed.log,
      /Deployed weather 1\.0\.0 to Weather \(production\) in .*: 4 of 4 notebooks written/,
    );
    assert.deepEqual(
      deployed.effects.attachments.map(({ type, name }) => [type, name]),
      [
        ["notebook-ops.deployment", "production.weather.json"],
        ["notebook-ops.artifact", "production.weather.json"],
      ],
    );
    await site.cleanUp(deployed, one);
    const before = site.writes().length;
    const again = await site.deploy(one);
    assert.match(again.log, /Weather already contains weather 1\.0\.0, deployed on .*: nothing was changed/);
    assert.deepEqual(site.writes().slice(before), []);
    const ids = new Map((await site.items()).map(({ displayName, id }) => [displayName, id]));
    const next = await site.deploy(await site.artifact("2.0.0", second));
    assert.match(next.log, /3 of 4 notebooks written, 1 removed/);
    assert.deepEqual(await site.notebooks(), { ...secondNotebooks, "somebody's own": "" });
    await site.assertRecorded("2.0.0");
    for (const name of ["etl", "same", "native", recordName])
      assert.equal((await site.item(name)).id, ids.get(name), name);
  });

  it("deploys a notebook to Fabric again that somebody edited there, and keeps the lakehouse that they attached", async () => {
    await using site = await FabricSite.open();
    const one = await site.artifact("1.0.0", first);
    await site.deploy(one);
    const attached = { lakehouse: { default_lakehouse: "0c9e6e2e-5a4b-4d0a-9a8e-3a1f3d1c2b4a" } };
    await site.edit("etl", "version = 0", attached);
    const result = await site.deploy(one);
    assert.match(result.log, /1 of 4 notebooks written/);
    await site.assertFirst();
    const { metadata } = await site.ipynb(await site.item("etl"));
    assert.deepEqual(metadata.dependencies, attached);
    const again = await site.deploy(one);
    assert.match(again.log, /nothing was changed/);
  });

  it("refuses to deploy over a notebook of Fabric that no deployment created", async () => {
    await using site = await FabricSite.open();
    await site.create("ETL");
    const before = site.writes().length;
    const result = await site.run(await site.artifact("1.0.0", first));
    assert.equal(result.result, "failed", result.log);
    assert.match(
      errors(result)[0]!,
      /^Could not deploy etl\.py to Weather: a notebook named "etl" is in the way, and it is not from a deployment of weather; rename/,
    );
    assert.deepEqual(site.writes().slice(before), []);
  });
});
