import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { ReleaseTrain } from "./release-train.ts";

/** What the gate says, as the README of the example quotes it for the version 1.1.0. */
function gateMessageInReadme(): string {
  const readme = readFileSync("examples/release-train/README.md", "utf8");
  return /^Could not pass the gate .*$/m.exec(readme)![0];
}

const version = (version: string) => ({ parameters: { version } });

describe("the release train, one pipeline from Git to production", function () {
  this.timeout(240_000);

  it("the release train deploys a version to production that passed in QA and was approved, and leaves nothing alive", async () => {
    await using train = await ReleaseTrain.open();
    const { record, output } = await train.run(version("1.0.0"));
    assert.equal(record.result, "succeeded", output);
    assert.deepEqual(record.leftovers, []);
    assert.equal(await train.deployed("production"), "1.0.0");
    const [run] = await train.runsWithTag("notebook-ops.test-passed_qa_energy-bills_1.0.0");
    assert.ok(run, "a check can find the run by its tag");
    assert.equal((await train.attachments(run, "notebook-ops.gate")).length, 1);
    assert.deepEqual(await train.artifacts(run), ["test-report-1.0.0-qa"]);
    assert.match(output, /energy-bills[\s\S]*qa[\s\S]*1\.0\.0/, "the release matrix");
    assert.match(output, /Approval for production: approved by Ada Lovelace/);
  });

  it("the release train stops in front of production if a scenario failed in QA, says why, and goes on with the next version", async () => {
    await using train = await ReleaseTrain.open();
    const stopped = await train.run({ parameters: { version: "1.1.0", seedFault: "true" } });
    assert.equal(stopped.record.result, "failed", stopped.output);
    assert.equal(train.resultOf(stopped, "Run the test scenarios"), "succeeded", "QA only records");
    assert.equal(train.resultOf(stopped, "Check that this version passed in QA"), "failed");
    assert.equal(train.resultOf(stopped, "Deploy to production"), "skipped");
    assert.ok(stopped.output.includes(gateMessageInReadme()), stopped.output);
    assert.match(
      stopped.output,
      /^Artifacts\n {2}test-report-1\.1\.0-qa {2}file:.*\/test-report-1\.1\.0-qa$/m,
    );
    assert.equal(await train.deployed("production"), undefined);
    assert.deepEqual(stopped.record.leftovers, []);

    const fixed = await train.run(version("1.1.1"));
    assert.equal(fixed.record.result, "succeeded", fixed.output);
    assert.equal(await train.deployed("production"), "1.1.1");
    assert.deepEqual(await train.packages("energy-notebooks"), ["1.1.0", "1.1.1"]);
    assert.deepEqual(await train.packages("energy-notebooks@Release"), ["1.1.1"], "only gated versions");
  });

  it("the release train stops a version that was never tested", async () => {
    await using train = await ReleaseTrain.open();
    const { record, output } = await train.run({ ...version("1.0.0"), without: "Run the test scenarios" });
    assert.equal(record.result, "failed", output);
    assert.match(output, /no pipeline run has a test status of energy-bills 1\.0\.0 in qa/);
    assert.equal(await train.deployed("production"), undefined);
  });

  it("the release train stops a version of which another content was tested", async () => {
    await using train = await ReleaseTrain.open();
    const { record, output } = await train.run({
      ...version("1.0.0"),
      edit: (yaml) =>
        yaml.replace("artifactDigest: $(publishedDigest)", `artifactDigest: sha256:${"0".repeat(64)}`),
    });
    assert.equal(record.result, "failed", output);
    assert.match(output, /was tested, but/);
    assert.equal(await train.deployed("production"), undefined);
  });

  it("the release train stops a version whose test is too old", async () => {
    await using train = await ReleaseTrain.open();
    const stopped = await train.run({ parameters: { version: "1.0.0" }, without: "Deploy to production" });
    assert.equal(stopped.record.result, "succeeded", stopped.output);
    await train.workspace.advanceClock(15 * 24 * 60 * 60);
    const { record, output } = await train.run({
      parameters: { version: "1.0.0" },
      without: "Run the test scenarios",
    });
    assert.equal(record.result, "failed", output);
    assert.match(output, /older than|at most 14 days/);
    assert.equal(await train.deployed("production"), undefined);
  });

  it("the release train stops a version that nobody signed off", async () => {
    await using train = await ReleaseTrain.open({ approvals: [] });
    const { record, output } = await train.run(version("1.0.0"));
    assert.equal(record.result, "failed", output);
    assert.match(output, /approval/);
    assert.equal(await train.deployed("production"), undefined);
  });

  it("the release train does not reach production if the approver says no", async () => {
    await using train = await ReleaseTrain.open({
      approvals: [{ approver: "Ada Lovelace", answer: "rejected", comment: "Not before Monday." }],
    });
    const { record, output } = await train.run(version("1.0.0"));
    assert.equal(record.result, "failed", output);
    assert.match(output, /rejected by Ada Lovelace.*Not before Monday/);
    assert.equal(await train.deployed("production"), undefined);
  });
});
