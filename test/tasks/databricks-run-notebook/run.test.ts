import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { assertGolden } from "../../harness/golden.ts";
import {
  exits,
  junitCases,
  leftovers,
  nothingLeft,
  objectPaths,
  python,
  runNotebook,
} from "./run-notebook.ts";

describe("DatabricksRunNotebook", function () {
  this.timeout(120_000);

  for (const node of ["Node24", "Node20_1"] as const)
    it(`runs a notebook with its widgets and cleans up after the job, on ${node}`, async () => {
      await using step = await runNotebook({
        "etl.py": python(
          'dbutils.widgets.text("package_version", "0")',
          'dbutils.notebook.exit("version " + dbutils.widgets.get("package_version"))',
        ),
      });
      const result = await step.run({ node, inputs: { parameters: "package_version=1.0.0.dev345" } });
      assert.equal(result.result, "succeeded", result.log);
      assert.equal(result.variables["step.ExitValue"], "version 1.0.0.dev345");
      assert.match(result.variables["step.RunId"]!, /^\d+$/);
      assert.match(result.variables["step.RunUrl"]!, /^https:\/\/localhost:\d+\//);
      assert.match(result.log, /Notebook etl: succeeded after [\d.]+ m?s, https:/);
      const [etl] = await junitCases(result);
      assert.equal(etl.$.name, "etl");
      assert.equal(etl.failure, undefined);
      assert.deepEqual(objectPaths(step), [
        "/Shared/notebook-ops",
        "/Shared/notebook-ops/345",
        "/Shared/notebook-ops/345/<id>",
        "/Shared/notebook-ops/345/<id>/etl",
      ]);

      const after = await step.cleanUp(result, { node });
      assert.equal(after.result, "succeeded", after.log);
      assert.deepEqual(leftovers(step), nothingLeft);
    });

  it("DatabricksRunNotebook passes parameters of 100,000 characters, which is over the limit of run-now but not of runs/submit", async () => {
    await using step = await runNotebook({ "etl.py": exits('str(len(dbutils.widgets.get("days")))') });
    const result = await step.run({ inputs: { parameters: `days=${"x".repeat(100_000)}` } });
    assert.equal(result.result, "succeeded", result.log);
    assert.equal(result.variables.ExitValue, "100000");
  });

  it("DatabricksRunNotebook logs what happens, line by line", async () => {
    await using step = await runNotebook({
      "etl.py": exits(
        "'{\"rows\": 1461} ##vso[task.setvariable variable=DATABRICKS_HOST]https://evil.example'",
      ),
      "wrong.py": python("raise ValueError('3 rows are missing')"),
    });
    const result = await step.run({ inputs: { maxConcurrency: "1" } });
    const readable = result.log
      .replaceAll(step.workspace.emulator.ready.databricksUrl, "https://<workspace>")
      .replaceAll(/\/\?o=\d+#job\/\d+\/run\/\d+/g, "/<run>")
      .replaceAll(/\b[0-9a-f]{12}\b/g, "<id>")
      .replaceAll(/\b[\d.]+ m?s\b/g, "<n> s")
      .replaceAll(/^Notebook \w+: (PENDING|RUNNING|TERMINATING) .*\n/gm, ""); // as many as the moments of asking see
    assertGolden(import.meta.url, "databricks-run-notebook.txt", `${readable}\n`);
  });

  it("sets ExitValue to an object of exit values by path if several notebooks run", async () => {
    await using step = await runNotebook({ "a.py": exits('"1"'), "deep/b.py": exits('"2"') });
    const result = await step.run();
    assert.equal(result.result, "succeeded", result.log);
    assert.deepEqual(JSON.parse(result.variables["step.ExitValue"]!), { a: "1", "deep/b": "2" });
  });

  it("runs each notebook on a job cluster of its own if clusterConfig is given", async () => {
    await using step = await runNotebook({ "a.py": exits('"1"'), "cluster.json": "" });
    const existing = step.ledger().clusters.map((cluster) => cluster.id);
    const clusterConfig = path.join(step.tempFolder, "cluster.json");
    await writeFile(
      clusterConfig,
      JSON.stringify({
        cluster_name: "x",
        node_type_id: "Standard_DS3_v2",
        spark_version: "15.4.x-scala2.12",
        num_workers: 0,
        autotermination_minutes: 10,
      }),
    );
    const result = await step.run({ inputs: { clusterConfig } });
    assert.equal(result.result, "succeeded", result.log);
    assert.deepEqual(
      step.ledger().clusters.map((cluster) => cluster.id),
      existing,
    );
  });

  it("runs on serverless compute if serverless is true", async () => {
    await using step = await runNotebook({ "a.py": exits('"1"') });
    const result = await step.run({ inputs: { serverless: "true" } });
    assert.equal(result.result, "succeeded", result.log);
  });

  it("runs a notebook that fails on serverless compute only once", async () => {
    await using step = await runNotebook({ "a.py": python("raise ValueError('no rows')") });
    const result = await step.run({ inputs: { serverless: "true" } });
    assert.equal(result.result, "failed");
    const run = `/api/2.2/jobs/runs/get?run_id=${result.variables["step.RunId"]}`;
    const { tasks } = await step.askDatabricks<{ tasks: object[] }>("GET", run);
    assert.equal(tasks.length, 1);
  });

  it("cuts a long exit value in the log and in ExitValue, and keeps the whole in a file", async () => {
    await using step = await runNotebook({ "a.py": exits('"x" * 5_000_000') });
    const result = await step.run();
    assert.equal(result.result, "succeeded", result.log.slice(0, 2_000));
    assert.equal(result.variables["step.ExitValue"]!.length, 30_000);
    assert.ok(result.log.length < 100_000);
    const [, file] = /the whole value is in (\S+\.txt)\.$/m.exec(result.log)!;
    assert.equal((await readFile(file!, "utf8")).length, 5_000_000);
  });

  it("cuts the exit values of several notebooks to the length of one environment variable on Windows", async () => {
    await using step = await runNotebook({ "a.py": exits('"x" * 20_000'), "b.py": exits('"y" * 20_000') });
    const result = await step.run();
    assert.equal(result.result, "succeeded", result.log.slice(0, 2_000));
    const value = result.variables["step.ExitValue"]!;
    assert.deepEqual(JSON.parse(value), { a: "x".repeat(15_000), b: "y".repeat(15_000) });
    assert.ok(value.length <= 32_767);
  });
});
