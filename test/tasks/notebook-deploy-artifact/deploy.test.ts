import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import path from "node:path";
import type { StageResult } from "../../../local/agent/step-session.ts";
import { parseManifest } from "../../../shared/notebook/artifact/parse-manifest.ts";
import { assertGolden } from "../../harness/golden.ts";
import { DeploymentSite, first, notebook, second, secondObjects, target } from "./deployment-site.ts";

describe("NotebookDeployArtifact", function () {
  this.timeout(120_000);

  for (const node of ["Node24", "Node20_1"] as const)
    it(`deploys byte for byte and records environment and digest, on ${node}`, async () => {
      await using site = await DeploymentSite.open();
      const source = await site.artifact("1.0.0", first);
      const result = await site.run(source, { node });
      assert.equal(result.result, "succeeded", result.log);
      const { digest } = JSON.parse(await readFile(path.join(source, "notebook-artifact.json"), "utf8"));
      assert.equal(result.variables["step.ArtifactDigest"], digest);
      assert.equal(result.variables["step.ArtifactVersion"], "1.0.0");
      assert.equal(result.variables["step.DeployedPath"], target);
      await site.assertFirst();
      const { environment, artifact: held, buildId } = await site.record();
      assert.deepEqual([environment, buildId], ["production", "345"]);
      assert.deepEqual(held, { name: "weather", version: "1.0.0", digest });
      const { attachments } = result.effects;
      assert.deepEqual(
        attachments.map(({ type, name }) => [type, name]),
        [
          ["notebook-ops.deployment", "production.weather.json"],
          ["notebook-ops.artifact", "production.weather.json"],
        ],
      );
      assert.equal(parseManifest(await readFile(attachments[1]!.file, "utf8")).digest, digest);
      const after = await site.run(source, { node, stage: "postjob", taskVariables: result.taskVariables });
      assert.equal(after.result, "succeeded", after.log);
      await site.assertFirst();
    });

  it("NotebookDeployArtifact logs what happens, line by line", async () => {
    await using site = await DeploymentSite.open();
    await site.deploy(await site.artifact("1.0.0", first));
    const next = await site.artifact("2.0.0", second);
    const readable = (result: StageResult) =>
      result.log
        .replaceAll(/sha256:[0-9a-f]{64}/g, "sha256:<digest>")
        .replaceAll(/\bin [\d.]+ m?s\b/g, "in <n> s");
    const logs = [await site.run(next), await site.run(next, { inputs: { workspaceFolder: "weather" } })].map(
      readable,
    );
    assertGolden(import.meta.url, "notebook-deploy-artifact.txt", `${logs.join("\n---\n")}\n`);
  });

  it("replaces the previous version: changes, adds and removes its files and no others", async () => {
    await using site = await DeploymentSite.open();
    await site.deploy(await site.artifact("1.0.0", first));
    await site.put(`${target}/notes.txt`, "somebody's own");
    const result = await site.deploy(await site.artifact("2.0.0", second));
    assert.deepEqual(site.targetObjects(), [...secondObjects, "notes.txt"].sort());
    assert.equal(await site.content("etl"), second["etl.py"]);
    assert.deepEqual(site.objectsBeside(), []);
    assert.match(
      result.log,
      /Deployed weather 2.0.0 to .* \(production\) in .*: 6 of 7 files written, 2 removed/,
    );
  });

  it("replaces a notebook by a file, a folder by a notebook, and the other way round", async () => {
    await using site = await DeploymentSite.open();
    const one = await site.artifact("1.0.0", { "a.py": notebook("a"), "b/c.py": notebook("c") });
    const other = await site.artifact("2.0.0", { a: "a file", "b.py": notebook("b") });
    await site.deploy(one);
    await site.deploy(other);
    assert.deepEqual(site.targetObjects(), [
      "a",
      "b",
      "notebook-artifact.json",
      "notebook-ops-deployment.json",
    ]);
    assert.equal(await site.content("a"), "a file");
    await site.deploy(one);
    assert.equal(await site.content("a"), notebook("a"));
    assert.equal(await site.content("b/c"), notebook("c"));
  });

  it("changes nothing if the folder contains the artifact already, and says so", async () => {
    await using site = await DeploymentSite.open();
    const source = await site.artifact("1.0.0", first);
    await site.deploy(source);
    const imports = site.workspace.requested(/import$/).length;
    const again = await site.deploy(source);
    assert.match(again.log, /already contains weather 1.0.0, deployed on .*: nothing was changed/);
    assert.match(again.variables["step.ArtifactDigest"]!, /^sha256:/);
    assert.equal(site.workspace.requested(/import$/).length, imports);
  });

  it("deploys a notebook again that somebody edited in the workspace", async () => {
    await using site = await DeploymentSite.open();
    const source = await site.artifact("1.0.0", first);
    await site.deploy(source);
    await site.workspace.advanceClock(60);
    await site.edit("etl", "edited");
    // Nothing but the content says so: the record is younger than the edit.
    await site.put(`${target}/notebook-ops-deployment.json`, JSON.stringify(await site.record()));
    await site.deploy(source);
    await site.assertFirst();
  });

  it("deploys to a workspace that throttles, breaks connections and loses answers", async () => {
    await using site = await DeploymentSite.open();
    await site.deploy(await site.artifact("1.0.0", first));
    const then = {
      status: 429,
      headers: { "retry-after": "0" },
      body: { error_code: "REQUEST_LIMIT_EXCEEDED" },
    };
    await site.workspace.declareFault({ match: { path: "/workspace/" }, when: "before", times: 10, then });
    await site.workspace.declareFault({
      match: { path: "/workspace/import$" },
      when: "after",
      times: 2,
      then: { reset: true },
    });
    const result = await site.deploy(await site.artifact("2.0.0", second));
    assert.equal(await site.content("etl"), second["etl.py"], result.log);
    assert.deepEqual(site.objectsBeside(), []);
  });
});
