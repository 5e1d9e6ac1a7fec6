import assert from "node:assert/strict";
import { assertNoSecretsOfRun } from "../harness/pipeline-secrets.ts";
import { ExampleWorkspace } from "./example-workspace.ts";
import { runExample } from "./run-example.ts";

const pullRequest = "azure-pipelines-pr.yml";
const model = "notebooks/employment_model.Notebook/notebook-content.py";

describe("the example fabric-lakehouse", function () {
  this.timeout(600_000);
  let example: ExampleWorkspace;
  before(async () => {
    example = await ExampleWorkspace.open("fabric-lakehouse", {
      "notebook-ops.local.yml": ["fabric:\n", "fabric:\n  concurrentJobs: 1\n"],
    });
  });
  after(() => example[Symbol.asyncDispose]());

  it("succeeds on a capacity that runs one job at a time, says that it waits, and leaves nothing alive", async () => {
    const { record, output } = await example.run(pullRequest);
    assert.equal(record.result, "succeeded", output);
    assert.deepEqual(record.leftovers, []);
    assert.match(output, /waiting for capacity/);
  });

  it("reports tests that fail, and leaves nothing alive if its notebooks are then cancelled", async () => {
    const { record, output } = await example.run(pullRequest, {
      edits: { [model]: ["rank = 1", "rank = 2"] },
      cancelAt: /^.*Notebook \w+: InProgress/m,
    });
    assert.equal(record.result, "canceled", output);
    const steps = record.jobs
      .flatMap((job) => job.steps)
      .map(({ displayName, result }) => [displayName, result]);
    assert.deepEqual(
      steps.filter(([name]) => /^Run /.test(String(name))),
      [
        ["Run Spark tests", "failed"],
        ["Run notebooks", "canceled"],
      ],
      output,
    );
    assert.match(output, /test_sectors\.py::/);
    assert.deepEqual(record.leftovers, []);
  });

  it("deploys a version to staging, tests it there, and deploys it to production behind a gate", async () => {
    const { record, output } = await runExample("fabric-lakehouse/azure-pipelines-release.yml");
    assert.equal(record.result, "succeeded", output);
    assert.match(output, /Test scenarios: 5 tests: 5 passed, 0 failed/);
    assertNoSecretsOfRun({ record, output });
    const items = [
      "check_employment",
      "employment_model",
      "load_employment",
      "notebook-ops-deployment-employment",
    ];
    assert.deepEqual(
      record.leftovers.map(({ kind, name }) => `${kind} ${name}`).sort(),
      items.flatMap((item) => [`fabricItems ${item}.Notebook`, `fabricItems ${item}.Notebook`]),
    );
  });
});
