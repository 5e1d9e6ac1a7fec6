import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { assertGolden } from "../../harness/golden.ts";
import { errors } from "../../harness/run-task.ts";
import {
  deployedNotebook,
  download,
  etl,
  leftInTemp,
  publishArtifact,
  published,
} from "./publish-artifact.ts";

describe("NotebookPublishArtifact", function () {
  this.timeout(120_000);

  for (const node of ["Node24", "Node20_1"] as const)
    it(`publishes pinned notebooks and leaves the sources unchanged, on ${node}`, async () => {
      await using step = await publishArtifact();
      const result = await step.run({ node });
      assert.equal(result.result, "succeeded", result.log);
      assert.deepEqual(await published(step), ["weather 1.0.0"]);
      assert.equal(result.variables["step.ArtifactName"], "weather");
      assert.equal(result.variables["step.ArtifactVersion"], "1.0.0");
      const deployed = await download(step);
      assert.equal(deployed.variables["step.ArtifactDigest"], result.variables["step.ArtifactDigest"]);
      assert.equal(await deployedNotebook(step), etl.replace("0.0.0", "1.0.0"));
      assert.equal(await readFile(path.join(step.notebookFolder, "etl.py"), "utf8"), etl);
      assert.deepEqual(readdirSync(step.notebookFolder).sort(), ["etl.py", "lib"]);
      assert.deepEqual(leftInTemp(step), []);
    });

  it("NotebookPublishArtifact logs what happens, line by line", async () => {
    await using step = await publishArtifact();
    await step.run(); // the tool is in the cache then
    const result = await step.run({ inputs: { packageVersion: "1.1.0" } });
    const readable = result.log
      .replaceAll(step.notebookFolder, "<folder>")
      .replaceAll(/\S*notebook-ops-publish-\S+/g, "<temp>")
      .replaceAll(/sha256:[0-9a-f]{64}/g, "sha256:<digest>");
    assertGolden(import.meta.url, "notebook-publish-artifact.txt", `${readable}\n`);
  });

  it("warns on Windows, where Git may have made them, of files with the line ends of Windows", async () => {
    await using step = await publishArtifact({
      notebooks: { "etl.py": etl.replaceAll("\n", "\r\n"), "lib/module.py": "value = 1\r\n" },
    });
    const windows = await step.run({ variables: { "Agent.OS": "Windows_NT" } });
    assert.equal(windows.result, "succeeded", windows.log);
    assert.match(windows.log, /The line ends of lib\/module\.py are those of Windows: /);
    assert.doesNotMatch(windows.log, /etl\.py are those/);
    const linux = await step.run({ inputs: { packageVersion: "1.0.1" } });
    assert.doesNotMatch(linux.log, /are those of Windows/);
  });

  it("succeeds and publishes nothing if the feed has that version with the same content", async () => {
    await using step = await publishArtifact();
    const first = await step.run();
    const again = await step.run();
    assert.equal(again.result, "succeeded", again.log);
    assert.match(
      again.log,
      /Published nothing: the feed has weather 1.0.0 .* already, with the same content/,
    );
    assert.equal(again.variables["step.ArtifactDigest"], first.variables["step.ArtifactDigest"]);
    assert.deepEqual(leftInTemp(step), []);
  });

  it("fails if the feed has that version with other content", async () => {
    await using step = await publishArtifact();
    await step.run();
    await step.writeNotebooks({ "lib/module.py": "value = 2\n" });
    const again = await step.run();
    assert.equal(again.result, "failed");
    assert.match(
      errors(again)[0]!,
      /the feed has it already by build 345, with other content \(its digest is sha256:.*; choose a new version, as a published one never changes\.$/,
    );
    assert.deepEqual(await published(step), ["weather 1.0.0"]);
    assert.deepEqual(leftInTemp(step), []);
  });

  it("pins the widget that the input names, or none if it is empty", async () => {
    await using step = await publishArtifact();
    const other = await step.run({
      inputs: {
        widget: "package_version",
        widgetValue: "1.0.0rc1",
        packageVersion: "1.0.0-rc.1",
      },
    });
    assert.match(other.log, /etl.py: package_version is "1.0.0rc1" by default/);
    const none = await step.run({ inputs: { widget: "" } });
    assert.equal(none.result, "succeeded", none.log);
    assert.doesNotMatch(none.log, /by default/);
    assert.deepEqual(await published(step), ["weather 1.0.0", "weather 1.0.0-rc.1"]);
  });
});
