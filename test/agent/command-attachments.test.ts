import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { processed } from "./processed-commands.ts";

// https://learn.microsoft.com/azure/devops/pipelines/scripts/logging-commands
describe("a file that a step attaches by a logging command", () => {
  let folder: string;
  let file: string;
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), "notebook-ops-test-"));
    file = path.join(folder, "a.json");
    writeFileSync(file, "{}");
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it("a file that a step attaches is accepted if it exists, and its type and name are file names", () => {
    const { processor } = processed([`##vso[task.addattachment type=notebook-ops.test;name=a.json]${file}`]);
    assert.equal(processor.result, undefined);
    assert.deepEqual(processor.effects.attachments, [{ type: "notebook-ops.test", name: "a.json", file }]);
  });

  for (const [what, properties, problem] of [
    ["no type", "name=n", /: the property type is missing; see /],
    ["an empty type", "type=;name=n", /: the property type is missing; see /],
    ["no name", "type=t", /: the property name is missing; see /],
    ["an empty name", "type=t;name=", /: the property name is missing; see /],
    ["a path as type", "type=../t;name=n", /"..\/t" is not a valid file name/],
    ["an absolute path as type", "type=/t;name=n", /"\/t" is not a valid file name/],
    ["a path as name", "type=t;name=../n", /"..\/n" is not a valid file name/],
    ["a folder in its name", "type=t;name=a/n", /"a\/n" is not a valid file name/],
    ["a null in its name", "type=t;name=a\0n", /is not a valid file name/],
  ] as const)
    it(`a file that a step attaches is refused with ${what}, and the step fails`, () => {
      const { processor, messages } = processed([`##vso[task.addattachment ${properties}]${file}`]);
      assert.equal(processor.result, "failed");
      assert.match(messages[0]!, problem);
      assert.equal(messages.length, 1);
      assert.deepEqual(processor.effects.attachments, []);
    });

  for (const command of [
    "task.addattachment type=t;name=n",
    "task.uploadsummary",
    "task.uploadfile",
    "build.uploadlog",
  ])
    for (const [what, data, problem] of [
      ["a missing file", () => path.join(folder, "none"), /there is no file ".*none"/],
      ["an empty path", () => "", /there is no file ""/],
      ["a folder", () => folder, /is not a file/],
    ] as const)
      it(`a file that a step attaches is refused by ${command} if it is ${what}`, () => {
        const { processor, messages } = processed([`##vso[${command}]${data()}`]);
        assert.equal(processor.result, "failed");
        assert.match(messages[0]!, problem);
        const { attachments, summaries, files } = processor.effects;
        assert.deepEqual([...attachments, ...summaries, ...files], []);
      });

  it("a file that a step attaches can be a folder if it is an artifact", () => {
    const { processor } = processed([`##vso[artifact.upload artifactname=site;containerfolder=c]${folder}`]);
    assert.deepEqual(processor.effects.artifacts, [{ name: "site", path: folder, containerFolder: "c" }]);
  });

  it("a file that a step attaches is collected as a summary or as a file", () => {
    const { effects } = processed([
      `##vso[task.uploadsummary]${file}`,
      `##vso[task.uploadfile]${file}`,
      `##vso[build.uploadlog]${file}`,
    ]).processor;
    assert.deepEqual([effects.summaries, effects.files], [[file], [file, file]]);
  });
});
