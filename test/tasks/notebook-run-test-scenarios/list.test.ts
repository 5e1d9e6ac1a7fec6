import assert from "node:assert/strict";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { assertGolden } from "../../harness/golden.ts";
import { errors } from "../../harness/run-task.ts";
import type { TaskFixture } from "../../harness/task-fixture.ts";
import {
  attached,
  exits,
  exitsWith,
  python,
  reportedTests,
} from "../databricks-run-notebook/run-notebook.ts";
import {
  deployedScenarios,
  failsFirst,
  output,
  passedTag,
  recordOf,
  statusTag,
  testTags,
} from "./scenario-site.ts";

describe("NotebookRunTestScenarios with notebook-scenarios.yml", function () {
  this.timeout(120_000);

  const raises = (message: string) => python(`raise ValueError(${JSON.stringify(message)})`);
  const list = (...scenarios: string[]) => `scenarios:\n${scenarios.map((each) => `  - ${each}\n`).join("")}`;
  const submissions = (step: TaskFixture) => step.requests(/(runs\/submit|run-now)$/).length;
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "notebook-ops-attempts-"));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it("passes a scenario that fails first and passes on a retry, and marks it as flaky wherever results are", async () => {
    await using step = await deployedScenarios({
      "notebook-scenarios.yml": list("{ name: Frost in May, notebook: checks/frost, retries: 2 }"),
      "checks/frost.py": failsFirst(folder),
    });
    const result = await step.run();
    assert.equal(result.result, "succeeded", result.log);
    assert.equal(submissions(step), 2); // with one idempotency token for both, there would be one run
    assert.match(result.log, /^Scenario Frost in May: failed on attempt 1 of 3 after .*met frost/m);
    assert.match(result.log, /^Scenario Frost in May: succeeded on attempt 2 of 3 \(flaky\) after /m);
    assert.match(result.log, /^1 scenario: 1 passed, 1 of them flaky; 0 failed\.$/m);
    const [recorded] = (await recordOf(result)).results;
    assert.deepEqual([recorded?.outcome, recorded?.failedAttempts], ["passed", 1]);
    const [reported] = await reportedTests(result);
    assert.equal(reported?.failedAttempts?.length, 1);
    assert.match(reported!.failedAttempts![0]!.message, /met frost/);
    assert.match(await attached(result, "notebook-ops.report"), /attempt 1 met frost/);
    assert.deepEqual(testTags(step), [passedTag, statusTag]);
  });

  it("fails a scenario that fails on every attempt, and counts it once", async () => {
    await using step = await deployedScenarios({
      "notebook-scenarios.yml": list("{ name: Frost, notebook: checks/frost, retries: 1 }"),
      "checks/frost.py": raises("frost"),
    });
    const result = await step.run();
    assert.equal(result.result, "failed");
    assert.equal(submissions(step), 2);
    assert.deepEqual([output(result, "ScenariosTotal"), output(result, "ScenariosFailed")], ["1", "1"]);
    const [recorded] = (await recordOf(result)).results;
    assert.deepEqual([recorded?.outcome, recorded?.failedAttempts], ["failed", 1]);
  });

  it("does not run a scenario again that someone cancelled in the workspace", async () => {
    await using step = await deployedScenarios({
      "notebook-scenarios.yml": list("{ name: Slow, notebook: checks/slow, retries: 3 }"),
      "checks/slow.py": python("import time\ntime.sleep(60)"),
    });
    const result = await step.run({
      onLine: (line) => {
        if (!/Scenario Slow: RUNNING/.test(line)) return;
        for (const { id } of step.ledger().runs)
          void step.askDatabricks("POST", "/api/2.2/jobs/runs/cancel", { run_id: Number(id) });
      },
    });
    assert.equal(result.result, "failed");
    assert.equal(submissions(step), 1);
    assert.match(errors(result)[0]!, /it was cancelled in the workspace, not by this pipeline/);
  });

  it("runs quarantined scenarios and shows their failures, but neither fails nor tags the build as if they counted", async () => {
    await using step = await deployedScenarios({
      "notebook-scenarios.yml": list(
        "{ name: Known, notebook: checks/known, quarantined: true, owner: team-weather, tags: [slow] }",
        "{ name: Good, notebook: checks/good }",
      ),
      "checks/known.py": raises("a known frost"),
      "checks/good.py": exits('"ok"'),
    });
    const both = await step.run();
    assert.equal(both.result, "succeeded", both.log);
    assert.match(
      both.log,
      /^Scenario Known: failed \(quarantined, does not count\) after .*: ValueError: a known frost/m,
    );
    assert.match(both.log, /^1 scenario: 1 passed; 0 failed\. 1 more in quarantine does not count\.$/m);
    assert.deepEqual([output(both, "ScenariosTotal"), output(both, "ScenariosFailed")], ["1", "0"]);
    const [known] = (await recordOf(both)).results;
    assert.deepEqual(
      [known?.outcome, known?.quarantined, known?.owner, known?.tags],
      ["failed", true, "team-weather", ["slow"]],
    );
    assert.deepEqual(testTags(step), [passedTag, statusTag]);
    const alone = await step.run({ inputs: { scenarios: "Known" } });
    assert.equal(alone.result, "succeeded", alone.log);
    assert.match(alone.log, /^No scenario counts, so this step does not show that the version passed/m);
    assert.deepEqual(testTags(step), [statusTag]);
  });

  it("chooses scenarios by name, notebook and tag, and gives each its own parameters", async () => {
    const shows = python(
      'dbutils.widgets.text("mood", "")',
      'dbutils.notebook.exit(dbutils.widgets.get("mood"))',
    );
    await using step = await deployedScenarios({
      "notebook-scenarios.yml": list(
        "{ name: A, notebook: checks/mood, parameters: { mood: 1.10 }, tags: [smoke] }",
        "{ name: B, notebook: checks/mood, tags: [smoke, slow] }",
        "{ name: C, notebook: other/mood }",
        "{ name: D, notebook: checks/mood }",
      ),
      "checks/mood.py": shows,
      "other/mood.py": shows,
    });
    const chosen = async (scenarios: string) => {
      const result = await step.run({ inputs: { scenarios, parameters: "mood=good" } });
      assert.equal(result.result, "succeeded", result.log);
      const values = [...result.log.matchAll(/^Scenario (\w): exit value: (.*)$/gm)];
      return values.map(([, name, value]) => `${name} ${value}`).sort();
    };
    assert.deepEqual(await chosen("tests/**"), ["A 1.10", "B good", "C good", "D good"]);
    assert.deepEqual(await chosen("tag:smoke\n!tag:slow\nother/**"), ["A 1.10", "C good"]);
    const none = await step.run({ inputs: { scenarios: "tag:smoke\ntag:smok" } });
    assert.match(errors(none)[0]!, /no scenario matches "tag:smok"; did you mean "tag:smoke"\?/);
  });

  it("fails before anything runs if the list has a problem, and names its line", async () => {
    await using step = await deployedScenarios({
      "notebook-scenarios.yml":
        "scenarios:\n  - name: Frost\n    notebook: checks/frost\n    retries: 1\n    quarantine: true\n",
      "checks/frost.py": exits('"ok"'),
    });
    const result = await step.run();
    assert.equal(
      errors(result)[0],
      'Could not read the scenarios: notebook-scenarios.yml:5: unknown key "quarantine"; did you mean "quarantined"?',
    );
    assert.equal(submissions(step), 0);
    assert.deepEqual(testTags(step), []);
  });

  it("fails before anything runs if two scenarios have the same name", async () => {
    await using step = await deployedScenarios({
      "notebook-scenarios.yml": list("{ name: Frost, notebook: a }", "{ name: FROST, notebook: b }"),
      "a.py": exits('"ok"'),
      "b.py": exits('"ok"'),
    });
    const result = await step.run();
    assert.match(
      errors(result)[0]!,
      /notebook-scenarios\.yml:3: the scenario "FROST" has the name of the one in line 2; give each scenario/,
    );
    assert.equal(submissions(step), 0);
  });

  it("counts a scenario whose notebook is missing as failed, and runs the others", async () => {
    await using step = await deployedScenarios({
      "notebook-scenarios.yml": list(
        "{ name: Misspelt, notebook: checks/frosd }",
        "{ name: Good, notebook: checks/frost }",
      ),
      "checks/frost.py": exits('"ok"'),
    });
    const result = await step.run();
    assert.match(
      errors(result)[0]!,
      /^Could not complete 1 of 2 scenarios \(Misspelt\): Misspelt: the deployed artifact has no notebook "checks\/frosd"; did you mean "checks\/frost"\?$/,
    );
    assert.deepEqual(
      (await recordOf(result)).results.map(({ name, outcome }) => [name, outcome]),
      [
        ["Misspelt", "failed"],
        ["Good", "passed"],
      ],
    );
    assert.deepEqual(testTags(step), [statusTag]);
  });

  it("ignores a list that others put into the deployed folder", async () => {
    await using step = await deployedScenarios({
      "tests/frost.py": raises("frost"),
      "tests/good.py": exits('"ok"'),
    });
    await step.askDatabricks("POST", "/api/2.0/workspace/import", {
      path: "/Shared/qa/weather/notebook-scenarios.yml",
      format: "RAW",
      content: Buffer.from(list("{ name: Good, notebook: tests/good }")).toString("base64"),
    });
    const result = await step.run();
    assert.equal(result.result, "failed");
    assert.equal(output(result, "ScenariosTotal"), "2");
  });

  it("shows in its log what a person needs to know", async () => {
    await using step = await deployedScenarios({
      "notebook-scenarios.yml": list(
        "{ name: Frost in May, notebook: checks/frost, retries: 1 }",
        "{ name: Rain, notebook: checks/rain }",
        "{ name: Known hail, notebook: checks/hail, quarantined: true }",
        "{ name: Sun, notebook: checks/sun }",
      ),
      "checks/frost.py": failsFirst(folder),
      "checks/rain.py": python(
        exitsWith({
          tests: [
            { name: "dry", outcome: "passed" },
            { name: "wet", outcome: "failed", message: "no rain" },
          ],
        }),
      ),
      "checks/hail.py": raises("hail"),
    });
    const result = await step.run({ inputs: { maxConcurrency: "1" } });
    assert.equal(result.result, "failed");
    const log = result.log
      .replaceAll(step.workspace.emulator.ready.databricksUrl, "https://<workspace>")
      .replaceAll(/\/\?o=\d+#job\/\d+\/run\/\d+/g, "/<run>")
      .replaceAll(/\b[\d.]+ m?s\b/g, "<n> s")
      .replaceAll(/^Scenario .*: (PENDING|RUNNING|TERMINATING) .*\n/gm, "") // as many as the moments of asking see
      .replaceAll(/^Traceback .*\n( .*\n|\n)*/gm, "");
    assertGolden(import.meta.url, "notebook-run-test-scenarios.txt", `${log}\n`);
    const summary = await readFile(result.effects.summaries[0]!, "utf8");
    assert.match(summary, /^\| ✅ passed, flaky \| `Frost in May` \|/m);
    assert.match(summary, /^\| ❌ failed, quarantined \| `Known hail` \|/m);
    const hail = (await reportedTests(result)).find(({ name }) => name === "Known hail");
    assert.equal(hail?.properties?.quarantined, "true");
  });

  it("says on the pull request that a scenario is flaky or quarantined, and does not fail its status", async () => {
    const pullRequest = {
      ...{ id: 7, repository: "weather", title: "Frost" },
      ...{ sourceBranch: "refs/heads/frost", targetBranch: "refs/heads/main" },
    };
    await using step = await deployedScenarios(
      {
        "notebook-scenarios.yml": list(
          "{ name: Frost, notebook: checks/frost, retries: 1 }",
          "{ name: Known hail, notebook: checks/hail, quarantined: true }",
        ),
        "checks/frost.py": failsFirst(folder),
        "checks/hail.py": raises("hail"),
      },
      {
        workspace: { devops: { pullRequests: [pullRequest] } },
        inputs: { pullRequestComment: "always" },
        variables: {
          "Build.Reason": "PullRequest",
          "Build.Repository.Provider": "TfsGit",
          "Build.Repository.ID": "weather",
          "Build.Repository.Name": "weather",
          "System.PullRequest.PullRequestId": "7",
        },
      },
    );
    const result = await step.run();
    assert.equal(result.result, "succeeded", result.log);
    const { threads, statuses } = step.workspace.emulator.azureDevOps.pullRequests.get("7");
    const comment = threads[0]!.comments[0]!.content;
    assert.match(comment, /^\| ✅ passed, flaky \| `Frost` \|/m);
    assert.match(comment, /^\| ❌ failed, quarantined \| `Known hail` \|/m);
    assert.deepEqual(
      statuses.map(({ state }) => state),
      ["succeeded"],
    );
  });
});
