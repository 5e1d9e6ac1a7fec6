import assert from "node:assert/strict";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { Artifacts, type PublishedArtifact } from "../../local/agent/publish/artifacts.ts";

describe("the artifacts of a local run", () => {
  let root: string;
  let published: PublishedArtifact[];
  let artifacts: Artifacts;
  const source = (name: string, content = name) => {
    const file = path.join(root, "sources", name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, content);
    return file;
  };

  beforeEach(() => {
    root = mkdtempSync(path.join(tmpdir(), "notebook-ops-test-"));
    published = [];
    artifacts = new Artifacts(path.join(root, "artifacts"), (artifact) => void published.push(artifact));
  });
  afterEach(() => rmSync(root, { recursive: true }));

  it("the artifacts of a local run get the files of several uploads, of which the last replaces equal names", async () => {
    await artifacts.publish("report", source("a.xml", "1"), "Container");
    await artifacts.publish("report", source("b.html"), "Container");
    await artifacts.publish("report", source("a.xml", "2"), "Container");

    const folder = artifacts.folderOf("report");
    assert.deepEqual(readdirSync(folder).sort(), ["a.xml", "b.html"]);
    assert.equal(readFileSync(path.join(folder, "a.xml"), "utf8"), "2");
    assert.deepEqual(published.at(-1), { name: "report", type: "Container", folder });
  });

  for (const [first, second] of [
    ["PipelineArtifact", "PipelineArtifact"],
    ["PipelineArtifact", "Container"],
    ["Container", "PipelineArtifact"],
  ] as const)
    it(`the artifacts of a local run refuse a ${second} with the name of a ${first}`, async () => {
      await artifacts.publish("report", source("a.xml"), first);

      await assert.rejects(artifacts.publish("report", source("b.html"), second), {
        message:
          "Could not publish the artifact report: the run already has an artifact of that name; choose another name.",
      });

      assert.deepEqual(readdirSync(artifacts.folderOf("report")), ["a.xml"]);
      assert.equal(published.length, 1);
    });

  for (const name of ["", ".", "..", "a/b", "a\\b", "a:b"])
    it(`the artifacts of a local run refuse the name ${JSON.stringify(name)}`, async () => {
      await assert.rejects(
        artifacts.publish(name, source("a.xml"), "Container"),
        /its name is empty or contains/,
      );
      assert.ok(!existsSync(path.join(root, "artifacts")));
    });
});
