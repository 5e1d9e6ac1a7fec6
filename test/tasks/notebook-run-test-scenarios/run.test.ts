import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { readJUnit } from "../../../shared/results/junit-reader.ts";
import { errors } from "../../harness/run-task.ts";
import { exits, python } from "../databricks-run-notebook/run-notebook.ts";
import { deployedScenarios, output, passedTag, recordOf, statusTag, testTags } from "./scenario-site.ts";

describe("NotebookRunTestScenarios", function () {
  this.timeout(120_000);

  const passing = {
    "etl.py": exits('"not a test"'),
    "tests/frost.py": exits('"no frost"'),
    "tests/rain.py": exits('"dry"'),
  };

  it("runs the notebooks of a deployed version below tests, attaches the test status and tags the build as passed", async () => {
    await using step = await deployedScenarios(passing);
    const result = await step.run();
    assert.equal(result.result, "succeeded", result.log);
    assert.deepEqual([output(result, "ScenariosTotal"), output(result, "ScenariosFailed")], ["2", "0"]);
    const record = await recordOf(result);
    assert.deepEqual(
      record.results.map(({ name, outcome }) => [name, outcome]),
      [
        ["tests/frost", "passed"],
        ["tests/rain", "passed"],
      ],
    );
    assert.deepEqual([record.artifact?.name, record.artifact?.version], ["weather", "1.0.0"]);
    assert.equal(record.environment, "qa");
    const written = JSON.parse(await readFile(output(result, "StatusRecord")!, "utf8"));
    assert.deepEqual(written.results.length, 2);
    assert.deepEqual(testTags(step), [passedTag, statusTag]);
    const after = await step.cleanUp(result);
    assert.equal(after.result, "succeeded", after.log);
  });

  it("awaits all scenarios if one fails, and tags the build only with the test status", async () => {
    await using step = await deployedScenarios({
      ...passing,
      "tests/a.py": python("raise ValueError('2 days below 0 °C')"),
    });
    const result = await step.run({ inputs: { maxConcurrency: "1" } });
    assert.equal(result.result, "failed");
    assert.match(
      errors(result)[0]!,
      /^Could not complete 1 of 3 scenarios \(tests\/a\): tests\/a: ValueError: 2 days below 0 °C; see https:/,
    );
    assert.deepEqual([output(result, "ScenariosTotal"), output(result, "ScenariosFailed")], ["3", "1"]);
    const record = await recordOf(result);
    assert.deepEqual(record.counts, { total: 3, passed: 2, failed: 1, skipped: 0 });
    assert.deepEqual(testTags(step), [statusTag]);
  });

  it("succeeds with a warning and records the failure if failTask is false", async () => {
    await using step = await deployedScenarios({ "tests/a.py": python("raise ValueError('frost')") });
    const result = await step.run({ inputs: { failTask: "false" } });
    assert.equal(result.result, "succeeded", result.log);
    const [warning] = result.issues;
    assert.equal(warning?.type, "warning");
    assert.match(warning!.message, /^1 of 1 scenario failed\. The step succeeds because failTask is false/);
    assert.equal(output(result, "ScenariosFailed"), "1");
    assert.equal((await recordOf(result)).counts.failed, 1);
    assert.deepEqual(testTags(step), [statusTag]);
  });

  it("adds the report for sign-off to an artifact of the run, with the version that is in production", async () => {
    await using step = await deployedScenarios({
      ...passing,
      "tests/a.py": python("raise ValueError('frost')"),
    });
    const result = await step.run({ inputs: { failTask: "false" } });
    const [html, junit, ...others] = result.effects.artifacts;
    assert.deepEqual(others, []);
    assert.deepEqual(
      [html, junit].map((each) => [each?.name, path.basename(each?.path ?? "")]),
      [
        ["test-report-1.0.0-qa", "weather-test-report.html"],
        ["test-report-1.0.0-qa", "weather-test-report.xml"],
      ],
    );
    const page = await readFile(html!.path, "utf8");
    assert.match(page, /weather 1\.0\.0, tested in qa/);
    assert.match(page, /No deployment of weather there is known/);
    assert.match(page, /ValueError/);
    const { cases } = readJUnit(await readFile(junit!.path, "utf8"), { file: "test-report.xml" });
    assert.deepEqual(cases.map(({ outcome }) => outcome).sort(), ["failed", "passed", "passed"]);
  });

  it("keeps the exit values of many scenarios whole, without a warning about an output that the step does not have", async () => {
    const names = Array.from({ length: 40 }, (_, index) => `tests/n${index}.py`);
    await using step = await deployedScenarios(
      Object.fromEntries([
        ...names.map((name) => [name, exits('"y" * 950')]),
        ["tests/long.py", exits('"z" * 40_000')],
      ]),
    );
    const result = await step.run({ inputs: { maxConcurrency: "40" } });
    assert.equal(result.result, "succeeded", result.log);
    assert.deepEqual(result.issues, []);
    const { results } = await recordOf(result);
    const { exitValue } = results.find(({ name }) => name === "tests/n7")!;
    assert.equal(exitValue, "y".repeat(950));
  });

  it("removes the tag of a passed test from the build if a later test of the same version fails", async () => {
    await using step = await deployedScenarios({
      ...passing,
      "tests/asks.py": python(
        'dbutils.widgets.text("mood", "")',
        'assert dbutils.widgets.get("mood") == "good"',
        'dbutils.notebook.exit("ok")',
      ),
    });
    const good = await step.run({ inputs: { parameters: "mood=good" } });
    assert.equal(good.result, "succeeded", good.log);
    assert.deepEqual(testTags(step), [passedTag, statusTag]);
    const bad = await step.run({ inputs: { failTask: "false" } });
    assert.equal(bad.result, "succeeded", bad.log);
    assert.deepEqual(testTags(step), [statusTag]);
  });
});
