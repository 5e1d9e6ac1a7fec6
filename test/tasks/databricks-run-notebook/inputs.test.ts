import assert from "node:assert/strict";
import { errors } from "../../harness/run-task.ts";
import { exits, python, runNotebook } from "./run-notebook.ts";

describe("DatabricksRunNotebook and wrong inputs", function () {
  this.timeout(120_000);

  const good = { "a.py": exits('"1"') };
  const wrong: [
    what: string,
    files: Record<string, string>,
    inputs: Record<string, string>,
    sentence: RegExp,
  ][] = [
    [
      "the name of a notebook that does not exist",
      good,
      { notebooks: "absent.py" },
      /Could not choose notebooks in .*: no notebook matches "absent\.py"; correct the input 'notebooks'\.$/,
    ],
    [
      "a glob that matches nothing",
      good,
      { notebooks: "tests/**" },
      /no notebook matches "tests\/\*\*"; correct the input 'notebooks'\.$/,
    ],
    [
      "several globs of which one matches nothing",
      good,
      { notebooks: "a.py\ntests/**" },
      /no notebook matches "tests\/\*\*"; correct the input 'notebooks'\.$/,
    ],
    ["globs that exclude every notebook", good, { notebooks: "!a.py" }, /!a\.py excludes every notebook/],
    [
      "a folder without notebooks",
      { "module.py": "x = 1" },
      {},
      /its only file is not a notebook; give a folder with/,
    ],
    [
      "a plain file as a notebook",
      { "module.py": "x = 1" },
      { notebooks: "module.py" },
      /its first line is not "# Databricks notebook source"/,
    ],
    [
      "an ipynb file that is not a Jupyter notebook",
      { "a.ipynb": "{}" },
      {},
      /a.ipynb: it is not a Jupyter notebook \(its nbformat is not 4/,
    ],
    [
      "a notebook over 10 MB",
      { "a.py": python("x".repeat(10 * 1024 * 1024)) },
      {},
      /a.py: it is 10.0 MB, and a workspace accepts at most 10 MB/,
    ],
    [
      "two notebooks that would have the same name in the workspace",
      { ...good, "a.sql": "-- Databricks notebook source" },
      {},
      /both would be a in the workspace; rename one/,
    ],
    [
      "parameters that are not JSON",
      good,
      { parameters: '{"a": ' },
      /the parameters: they begin with "\{" but are not valid JSON/,
    ],
    [
      "parameters over 10,000 bytes",
      good,
      { parameters: `a=${"x".repeat(10_000)}` },
      /10008 bytes as JSON, and Databricks allows 10000/,
    ],
    [
      "a workspaceFolder that is not a path",
      good,
      { workspaceFolder: "Shared" },
      /^Could not use the input 'workspaceFolder': 'Shared' is not an absolute path of the workspace; give one/,
    ],
  ];
  for (const [what, files, inputs, sentence] of wrong)
    it(`refuses ${what} without a request to the workspace`, async () => {
      await using step = await runNotebook(files);
      const before = step.requests().length;
      const result = await step.run({ inputs });
      assert.equal(result.result, "failed");
      assert.equal(errors(result).length, 1, result.log);
      assert.match(errors(result)[0]!, sentence);
      assert.equal(step.requests().length, before);
    });

  it("refuses to run without a cluster, and names the task that creates one, without a request to the workspace", async () => {
    await using step = await runNotebook(good);
    const before = step.requests().length;
    const result = await step.run({ variables: { ClusterId: "" } });
    assert.match(errors(result)[0]!, /the input 'clusterId': it is/);
    assert.equal(step.requests().length, before);
  });
});
