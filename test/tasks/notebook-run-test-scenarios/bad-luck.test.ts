import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { until } from "../../harness/late-effects.ts";
import { errors } from "../../harness/run-task.ts";
import { killedAtOnce } from "../../harness/task-fixture.ts";
import { exits, exitsWith, python, sleeps } from "../databricks-run-notebook/run-notebook.ts";
import {
  deploy,
  deployedScenarios,
  edit,
  output,
  passedTag,
  recordOf,
  statusTag,
  target,
  testTags,
} from "./scenario-site.ts";

describe("NotebookRunTestScenarios with bad luck", function () {
  this.timeout(120_000);

  const files = { "tests/frost.py": exits('"ok"'), "tests/rain.py": exits('"ok"') };
  const submissions = /runs\/submit$/;

  it("fails before anything runs if a scenario was deleted between the deployment and the run", async () => {
    await using step = await deployedScenarios(files);
    await step.askDatabricks("POST", "/api/2.0/workspace/delete", { path: `${target}/tests/rain` });
    const result = await step.run();
    assert.equal(
      errors(result)[0],
      `Could not verify that ${target} contains weather 1.0.0: tests/rain.py differs from what was published; deploy it again with NotebookDeployArtifact.`,
    );
    assert.deepEqual(step.requests(submissions), []);
    assert.deepEqual(testTags(step), []);
  });

  it("counts a scenario as failed that is deleted after the check and before its run, and names no version", async () => {
    await using step = await deployedScenarios(files);
    const deleting = (async () => {
      await until(() => step.requests(submissions).length > 0);
      await step.askDatabricks("POST", "/api/2.0/workspace/delete", { path: `${target}/tests/rain` });
    })();
    await step.workspace.declareFault({
      match: { path: "/runs/submit$", nth: 2 },
      when: "before",
      then: { stallMs: 1_500 },
    });
    const result = await step.run({ inputs: { maxConcurrency: "1" } });
    await deleting;
    assert.equal(result.result, "failed");
    assert.match(
      errors(result)[0]!,
      /^Could not confirm that the scenarios tested weather 1\.0\.0: could not verify that .*tests\/rain\.py differs from what was published/,
    );
    assert.deepEqual(testTags(step), ["notebook-ops.test-status"]);
    assert.equal((await recordOf(result)).artifact, undefined);
  });

  it("fails before anything runs if the list is replaced between the check and its reading", async () => {
    const list =
      "scenarios:\n  - { name: A, notebook: tests/frost }\n  - { name: B, notebook: tests/rain }\n";
    await using step = await deployedScenarios({ ...files, "notebook-scenarios.yml": list });
    const shorter = list.slice(0, list.indexOf("  - { name: B"));
    await step.workspace.declareFault({
      // Each object is read once by the check, the record and the manifest of the folder first.
      match: { service: "databricks", path: "/workspace/export$", nth: 6 },
      when: "before",
      then: { status: 200, body: { content: Buffer.from(shorter).toString("base64"), file_type: "yml" } },
    });
    const result = await step.run();
    assert.equal(
      errors(result)[0],
      `Could not read notebook-scenarios.yml in ${target}: it is not the one that was published; let nobody change the folder while it is tested, and run the step again.`,
    );
    assert.deepEqual(step.requests(submissions), []);
    assert.deepEqual(testTags(step), []);
  });

  it("fails without a record of the version, and removes the tag of an earlier pass, if a notebook is edited while scenarios run", async () => {
    await using step = await deployedScenarios(files);
    const first = await step.run();
    assert.equal(first.result, "succeeded", first.log);
    assert.deepEqual(testTags(step), [passedTag, statusTag]);
    const before = step.requests(submissions).length;
    const editing = (async () => {
      await until(() => step.requests(submissions).length > before);
      await edit(step, "tests/frost", exits('"edited"'));
    })();
    const result = await step.run({ inputs: { failTask: "false" } });
    await editing;
    assert.equal(result.result, "failed", result.log);
    assert.match(errors(result)[0]!, /tests\/frost\.py differs from what was published/);
    assert.equal((await recordOf(result)).artifact, undefined);
    assert.deepEqual(testTags(step), ["notebook-ops.test-status", statusTag]);
  });

  it("fails if another version was deployed and the first one was put back while scenarios ran", async () => {
    const folder = await mkdtemp(path.join(tmpdir(), "notebook-ops-gate-"));
    const [started, gate] = [path.join(folder, "started"), path.join(folder, "open")];
    const waits = {
      "tests/slow.py": python(
        `import os, time\nopen(${JSON.stringify(started)}, "w").close()`,
        `while not os.path.exists(${JSON.stringify(gate)}):\n  time.sleep(0.05)`,
        'dbutils.notebook.exit("ok")',
      ),
    };
    await using step = await deployedScenarios(waits);
    const running = step.run();
    // The other version has no such notebook, so the run must have it before.
    await until(() => existsSync(started));
    await deploy(step, "2.0.0", files);
    await deploy(step, "1.0.0", waits);
    await writeFile(gate, "");
    const result = await running;
    await rm(folder, { recursive: true });
    assert.equal(result.result, "failed", result.log);
    assert.match(
      errors(result)[0]!,
      /weather 1\.0\.0 was deployed to \/Shared\/qa\/weather while the scenarios ran/,
    );
    assert.deepEqual(testTags(step), ["notebook-ops.test-status"]);
  });

  it("fails even with failTask false if the test status cannot be tagged, because the gate would not see it", async () => {
    await using step = await deployedScenarios(
      { "tests/a.py": python("raise ValueError('frost')") },
      { workspace: { devops: { permissions: { updateBuildInformation: false } } } },
    );
    const result = await step.run({ inputs: { failTask: "false" } });
    assert.equal(result.result, "failed");
    assert.match(errors(result)[0]!, /^Could not record the test status of the scenarios: its build tag/);
  });

  it("fails before anything runs if nothing is deployed, or something else for another environment", async () => {
    await using step = await deployedScenarios(files);
    const other = await step.run({ inputs: { environment: "production" } });
    assert.equal(
      errors(other)[0],
      `Could not test the environment production in ${target}: weather 1.0.0 was deployed there for the environment qa; correct the input 'environment' or 'workspaceFolder'.`,
    );
    const none = await step.run({ inputs: { workspaceFolder: "/Shared/qa/other" } });
    assert.match(
      errors(none)[0]!,
      /^Could not test what is deployed in \/Shared\/qa\/other: nothing was deployed there; deploy an/,
    );
    const missing = await step.run({ inputs: { workspaceFolder: "$(DeployedPath)" } });
    assert.match(errors(missing)[0]!, /NotebookDeployArtifact/);
    assert.deepEqual(step.requests(submissions), []);
  });

  it("fails if there is no scenario, and with allowEmpty records an empty test that is no pass", async () => {
    await using step = await deployedScenarios({ "etl.py": exits('"ok"') });
    const result = await step.run();
    assert.equal(
      errors(result)[0],
      "Could not find a test scenario in the notebooks of weather 1.0.0: no scenario matches \"tests/**\"; correct the input 'scenarios', or set allowEmpty to true if there need not be any.",
    );
    const empty = await step.run({ inputs: { allowEmpty: "true" } });
    assert.equal(empty.result, "succeeded", empty.log);
    assert.match(empty.log, /^No scenario counts.*NotebookCheckTestStatus refuses its test status\.$/m);
    assert.deepEqual((await recordOf(empty)).results, []);
    assert.deepEqual([output(empty, "ScenariosTotal"), output(empty, "ScenariosFailed")], ["0", "0"]);
    assert.deepEqual(empty.effects.testResults, []);
    assert.deepEqual(testTags(step), [statusTag]);
  });

  it("cancels all runs and records nothing as passed if the job is cancelled in the middle of the scenarios", async () => {
    await using step = await deployedScenarios({
      "tests/a.py": exits('"ok"'),
      "tests/b.py": sleeps,
      "tests/c.py": sleeps,
      "tests/d.py": sleeps,
    });
    const cancel = new AbortController();
    let hasPassed = false;
    const result = await step.run({
      inputs: { maxConcurrency: "3" },
      signal: cancel.signal,
      onLine: (line) => {
        hasPassed ||= /Scenario tests\/a: succeeded/.test(line);
        if (hasPassed && step.ledger().runs.length === 3) cancel.abort();
      },
    });
    assert.equal(result.result, "canceled");
    const after = await step.cleanUp(result);
    assert.equal(after.result, "succeeded", after.log);
    assert.deepEqual(step.ledger().runs, []);
    assert.deepEqual(testTags(step), []);
    assert.equal(output(result, "StatusRecord"), undefined);
    assert.deepEqual(result.effects.attachments, []);
  });

  it("cancels all runs after the job if it was killed in the middle of the scenarios", async () => {
    await using step = await deployedScenarios({ "tests/b.py": sleeps, "tests/c.py": sleeps });
    const killed = new AbortController();
    const running = step.run({ signal: killed.signal, cancelTimes: killedAtOnce });
    await until(() => step.ledger().runs.length === 2);
    killed.abort();
    const after = await step.cleanUp(await running);
    assert.equal(after.result, "succeeded", after.log);
    assert.deepEqual(step.ledger().runs, []);
    assert.deepEqual(testTags(step), []);
  });

  it("lets two pipelines test the same version at once, each with runs and a record of its own", async () => {
    await using step = await deployedScenarios(files);
    const tempFolder = await mkdtemp(path.join(step.tempFolder, "other-agent-"));
    const other = { tempFolder, variables: { "System.DefinitionId": "13" } };
    const results = await Promise.all([step.run(), step.run(other)]);
    for (const result of results) {
      assert.equal(result.result, "succeeded", result.log);
      assert.equal((await recordOf(result)).counts.passed, 2);
    }
    assert.equal(step.requests(submissions).length, 4);
    const names = results.map(
      (result) => result.effects.attachments.find(({ type }) => type === "notebook-ops.test-status")!.name,
    );
    assert.notEqual(names[0], names[1]);
    assert.deepEqual(testTags(step), [passedTag, statusTag]);
  });

  it("fails even with failTask false if the tag of an earlier pass cannot be removed", async () => {
    const asks = python(
      'dbutils.widgets.text("mood", "")',
      'assert dbutils.widgets.get("mood") == "good"',
      'dbutils.notebook.exit("ok")',
    );
    await using step = await deployedScenarios({ "tests/asks.py": asks });
    const good = await step.run({ inputs: { parameters: "mood=good" } });
    assert.equal(good.result, "succeeded", good.log);
    await step.workspace.declareFault({
      match: { service: "azure-devops", path: "/tags/notebook-ops.test-passed" },
      when: "before",
      then: { status: 403, body: { message: "not yours", typeKey: "AccessDeniedException" } },
    });
    const bad = await step.run({ inputs: { failTask: "false" } });
    assert.equal(bad.result, "failed", bad.log);
    assert.match(
      errors(bad)[0]!,
      /^Could not remove the tag notebook-ops\.test-passed_qa_weather_1\.0\.0 from pipeline run 345: .*; give the build service the permission 'Update build information'/,
    );
  });

  it("writes a test status that readers accept if scenarios report thousands of tests with long messages", async () => {
    const tests = python(
      'import json\ndbutils.notebook.exit(json.dumps({"tests": [{"name": f"t{i}", "outcome": "failed", "message": "x" * 700} for i in range(4_900)]}))',
    );
    await using step = await deployedScenarios({ "tests/many.py": tests });
    const result = await step.run();
    assert.equal(result.result, "failed");
    const record = await recordOf(result);
    assert.equal(record.counts.total, 4_901);
    const { length } = await readFile(output(result, "StatusRecord")!, "utf8");
    assert.ok(length < 64 * 1024 * 1024);
  });

  it("shows no secret in the test status", async () => {
    await using step = await deployedScenarios({
      "tests/a.py": python(exitsWith({ tests: [{ name: "hunter22secret", outcome: "passed" }] })),
    });
    const result = await step.run({ secretVariables: { Password: "hunter22secret" } });
    assert.equal(result.result, "succeeded", result.log);
    assert.doesNotMatch(await readFile(output(result, "StatusRecord")!, "utf8"), /hunter22secret/);
  });
});
