import assert from "node:assert/strict";
import { errors } from "../../harness/run-task.ts";
import { etl, feed, leftInTemp, publishArtifact, published } from "./publish-artifact.ts";

describe("NotebookPublishArtifact and what it refuses", function () {
  this.timeout(120_000);

  const files: [what: string, files: Record<string, string | Buffer>, sentence: RegExp][] = [
    ["for an ipynb that is cut off", { "a.ipynb": '{"cells": [' }, /a\.ipynb/],
    [
      "for a notebook that is not UTF-8",
      { "a.py": Buffer.concat([Buffer.from(etl), Buffer.from([0xff, 0x0a])]) },
      /Could not read the notebook a.py: it is not UTF-8 at byte \d+/,
    ],
    ["for a notebook of 50 MB", { "a.py": etl + "x".repeat(50 * 1024 * 1024) }, /a.py: it is 50.0 MB/],
    [
      "for a widget default that is not a literal",
      { "a.py": '# Databricks notebook source\ndbutils.widgets.text("package_version", current())\n' },
      /in a.py, line 2: its default is current\(\), which is not a plain string literal/,
    ],
    [
      "if no notebook declares the widget",
      { "etl.py": "# Databricks notebook source\n" },
      /Could not pin the widget/,
    ],
  ];
  for (const [what, content, sentence] of files)
    it(`fails and publishes nothing ${what}`, async () => {
      await using step = await publishArtifact();
      await step.writeNotebooks(content);
      const result = await step.run();
      assert.equal(result.result, "failed");
      assert.match(errors(result)[0]!, sentence);
      assert.deepEqual(await published(step), []);
      assert.deepEqual(leftInTemp(step), []);
    });

  const inputs: [what: string, inputs: Record<string, string>, sentence: RegExp][] = [
    [
      "a packageName with capitals",
      { packageName: "Weather" },
      /'packageName': 'Weather' is not .*, such as weather\.$/,
    ],
    [
      "the packageVersion 1.0",
      { packageVersion: "1.0" },
      /'packageVersion': '1.0' is not .*; give it three numbers, 1.0.0\.$/,
    ],
    ["a packageVersion that begins with v", { packageVersion: "v1" }, /give it three numbers, 1.0.0/],
    [
      "a packageVersion with build metadata",
      { packageVersion: "1.0.0+5" },
      /leave \+5 out, because a universal package has no build metadata/,
    ],
    ["a packageVersion with capitals", { packageVersion: "1.0.0-RC1" }, /in lower case, 1.0.0-rc1/],
    [
      "a packageVersion with too large a number",
      { packageVersion: "1.0.2147483648" },
      /give it numbers of at most 2147483647/,
    ],
    ["a packageVersion that is a wildcard", { packageVersion: "*" }, /a semantic version, such as/],
    [
      "a malformed feed",
      { feed: "a/b/c" },
      /'feed': 'a\/b\/c' is not the name of a feed; give feed or project\/feed/,
    ],
    ["a feed with a view", { feed: `${feed}@Release` }, /names a view/],
    ["a notebookFolder that does not exist", { notebookFolder: "/nowhere" }, /\/nowhere/],
  ];
  for (const [what, given, sentence] of inputs)
    it(`refuses ${what} without a request`, async () => {
      await using step = await publishArtifact();
      const result = await step.run({ inputs: given });
      assert.equal(result.result, "failed");
      assert.match(errors(result)[0]!, sentence);
      assert.deepEqual(step.requests(), []);
    });

  it("fails to publish if the feed does not exist", async () => {
    await using step = await publishArtifact();
    const result = await step.run({ inputs: { feed: "nowhere" } });
    assert.equal(result.result, "failed");
    assert.match(
      errors(result)[0]!,
      /^Could not publish weather 1.0.0 \(feed nowhere\): ArtifactTool ended with exit code 19: The feed with ID 'nowhere' doesn't exist; /,
    );
  });

  it("fails and publishes nothing if it lacks the permission to publish", async () => {
    await using step = await publishArtifact({
      workspace: { feeds: [feed], devops: { permissions: { addPackage: false } } },
    });
    const result = await step.run();
    assert.equal(result.result, "failed");
    assert.match(errors(result)[0]!, /lacks permission .*'AddPackage'; .*\(Feed Publisher\)/);
    assert.deepEqual(await published(step), []);
  });
});
