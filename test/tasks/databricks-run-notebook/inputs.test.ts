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

  it("warns of what it does not use: a parameter, a variable that is not set, a field of the cluster config and a notebook without header", async () => {
    await using step = await runNotebook({
      "a.py": python('dbutils.widgets.text("package_version", "1")'),
      "b.py": "x = 1\n# COMMAND ----------\ny = 2",
    });
    await step.write({ "cluster.json": '{"num_wrokers": 1, "policy_id": "p"}' });
    const result = await step.run({
      inputs: {
        parameters: "package_verison=$(packageVerson)",
        clusterConfig: "cluster.json",
        bearerToken: "",
        notebooks: "$(notebookGlobs)",
      },
      variables: { packageVersion: "1.2.3" },
    });
    const warnings = result.issues.filter(({ type }) => type === "warning").map(({ message }) => message);
    for (const expected of [
      /^The input 'parameters' contains \$\(packageVerson\), .*; did you mean "packageVersion"\?$/,
      /^The input 'notebooks' counts as not given, because it is \$\(notebookGlobs\), .*; define the variable/,
      /^b\.py has the cells of a notebook, but is not run, /,
      /^a\.py does not declare the parameter "package_verison" as a widget; did you mean "package_version"\?$/,
      /^There is an unknown field "num_wrokers" in .*; did you mean "num_workers"\?$/,
    ])
      assert.equal(
        warnings.filter((warning) => expected.test(warning)).length,
        1,
        `${expected}: ${result.log}`,
      );
    assert.equal(warnings.length, 5);
  });

  it("refuses to run without a cluster, and names the task that creates one, without a request to the workspace", async () => {
    await using step = await runNotebook(good);
    const before = step.requests().length;
    const result = await step.run({ variables: { ClusterId: "" } });
    assert.match(errors(result)[0]!, /the input 'clusterId': it is/);
    assert.equal(step.requests().length, before);
  });
});
