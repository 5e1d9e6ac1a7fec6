import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import type { StageResult } from "../../../local/agent/step-session.ts";
import { universalPackages } from "../../harness/azure-devops-api.ts";
import { assertGolden } from "../../harness/golden.ts";
import { errors } from "../../harness/run-task.ts";
import { attached, digest, gate, minutesAgo, otherPipeline, record, runWith, testRun } from "./gate-site.ts";

/** The log without times that differ between runs of this test. */
const stable = (log: string) => log.replace(/\d{4}-\d\d-\d\d \d\d:\d\d UTC/g, "2026-11-21 10:00 UTC");

const old = { startTime: minutesAgo(3001), finishTime: minutesAgo(2998) };
const oldTimes = { startedOn: minutesAgo(3000), finishedOn: minutesAgo(2999) };

async function attachedDecision({ effects }: StageResult) {
  const [attachment, ...others] = effects.attachments;
  assert.deepEqual(others, []);
  assert.equal(attachment!.type, "notebook-ops.gate");
  assert.equal(attachment!.name, "gate-weather-1.2.0-qa.json");
  return JSON.parse(await readFile(attachment!.file, "utf8"));
}

describe("NotebookCheckTestStatus", () => {
  it("passes if all scenarios of the newest test passed, and logs what it decided from", async () => {
    await using step = await gate([
      testRun(),
      runWith({ scenarios: [{ outcome: "failed" }], ...oldTimes }, { id: 200, ...old }),
    ]);
    const result = await step.run({ inputs: { maxAgeDays: "7" } });
    assert.equal(result.result, "succeeded", result.log);
    assert.equal(result.variables.TestStatus, "passed");
    assert.equal(result.variables["step.TestStatus"], "passed");
    assertGolden(import.meta.url, "passed.txt", stable(result.log));
  });

  it("fails with a table of all that it decided from, if tests of several pipelines and rules do not pass", async () => {
    const scenarios = [
      {},
      { name: "tests/rows", outcome: "failed" as const },
      { name: "tests/late", outcome: "skipped" as const },
      { name: "tests/slow", failedAttempts: 1 },
      { name: "tests/shaky", outcome: "failed" as const, quarantined: true },
    ];
    await using step = await gate([
      runWith({ scenarios, startedOn: minutesAgo(60), finishedOn: minutesAgo(50) }),
      runWith(
        { startedOn: minutesAgo(190), finishedOn: minutesAgo(180) },
        { id: 250, startTime: minutesAgo(200) },
      ),
      testRun({
        id: 301,
        definition: otherPipeline,
        finishTime: minutesAgo(1),
        attachments: [attached("{")],
      }),
      testRun({
        id: 302,
        reason: "pullRequest",
        sourceBranch: "refs/pull/7/merge",
        finishTime: minutesAgo(2),
      }),
    ]);
    const result = await step.run({
      inputs: { artifactDigest: `sha256:${"f".repeat(64)}`, minPassRate: "75.5" },
    });
    assert.equal(result.variables.TestStatus, "failed");
    assertGolden(import.meta.url, "failed.txt", stable(result.log));
    assertGolden(import.meta.url, "failed-summary.md", await readFile(result.effects.summaries[0]!, "utf8"));
  });

  it("attaches the decision with what was asked and found", async () => {
    await using step = await gate([testRun()]);
    const decision = await attachedDecision(await step.run());
    assert.equal(decision.schema, "notebook-ops/gate/1");
    assert.equal(decision.decision, "passed");
    assert.deepEqual(decision.artifact, { name: "weather", version: "1.2.0", digest });
    assert.equal(decision.environment, "qa");
    assert.equal(decision.run.buildId, "345");
    assert.match(decision.run.url, /_build\/results\?buildId=345$/);
    assert.deepEqual(
      decision.rules.map(({ rule, holds }: { rule: string; holds: boolean }) => `${rule} ${holds}`),
      ["record true", "digest true", "tested true", "maxFailed true", "minPassRate true"],
    );
    const [test] = decision.tests;
    assert.equal(test.role, "decides");
    assert.equal(test.buildId, "300");
    assert.deepEqual(test.scenarios, { total: 3, passed: 3, failed: 0, notRun: 0 });
  });

  it("attaches the decision also if it fails", async () => {
    await using step = await gate([]);
    const decision = await attachedDecision(await step.run());
    assert.equal(decision.decision, "failed");
    assert.deepEqual(decision.tests, []);
  });

  it("decides the same if it runs twice, and changes nothing", async () => {
    await using step = await gate([testRun()]);
    const decisions = [await attachedDecision(await step.run()), await attachedDecision(await step.run())];
    const [first, second] = decisions.map(({ decidedOn, ...decision }) => decision);
    assert.deepEqual(first, second);
    assert.deepEqual(
      step.requests().filter((request) => !request.startsWith("GET ")),
      [],
    );
  });

  it("has not passed if it cannot ask, if an input is wrong, and if it is cancelled", async () => {
    await using step = await gate([testRun()]);
    assert.equal((await step.run({ inputs: { maxFailed: "many" } })).variables.TestStatus, "failed");
    const outside = await step.run({ variables: { "System.CollectionUri": "https://evil.example/" } });
    assert.equal(outside.variables.TestStatus, "failed");
    assert.match(errors(outside)[0]!, /evil\.example is not a host of the platform/);
    await step.workspace.declareFault({
      match: { path: "/_apis/build/builds$" },
      when: "before",
      then: { stallMs: 60_000 },
    });
    const canceled = await step.run({ signal: AbortSignal.timeout(1_500) });
    assert.equal(canceled.result, "canceled");
    assert.equal(canceled.variables.TestStatus, "failed");
  });

  it("asks again if an answer was lost", async () => {
    await using step = await gate([testRun()]);
    for (const path of [
      "/_apis/build/builds$",
      "/attachments/notebook-ops.test-status$",
      "/notebooks-1.json$",
    ])
      await step.workspace.declareFault({ match: { path }, when: "before", then: { status: 503 } });
    const result = await step.run();
    assert.equal(result.variables.TestStatus, "passed", result.log);
  });

  it("reads a record again if it was cut off, and gives up if it always is", async () => {
    const scenarios = Array.from({ length: 5_000 }, () => ({}));
    await using step = await gate([runWith({ scenarios })]);
    const cutOff = (times: number) =>
      step.workspace.declareFault({
        match: { path: "/notebooks-1.json$" },
        times,
        when: "after",
        then: { truncate: 200_000 },
      });
    await cutOff(2);
    const result = await step.run();
    assert.equal(result.variables.TestStatus, "passed", result.log);
    await cutOff(100);
    const refused = await step.run();
    assert.equal(refused.variables.TestStatus, "failed");
    assert.match(
      errors(refused)[0]!,
      /^Could not read the attachment notebooks-1\.json of pipeline run 300 in the project .*: localhost:\d+ broke the connection .*; run the step again/,
    );
  });

  it("shows names from outside without commands, in one line", async () => {
    const name = "##vso[task.setvariable variable=TestStatus]passed\n##[error]x \u001b[31mred";
    const hostile = record({ scenarios: [{ name, outcome: "failed" }] });
    await using step = await gate([
      testRun({ number: name, definition: { id: 12, name }, attachments: [attached(hostile)] }),
    ]);
    const result = await step.run();
    assert.equal(result.variables.TestStatus, "failed");
    assert.doesNotMatch(result.log, /^##vso\[task\.setvariable variable=TestStatus\]/m);
    assert.match(result.log, /^ {2}✓ {2}test status {2}of run ##_vso.* of ##_vso/m);
    assert.match(
      errors(result)[0]!,
      /##_vso\[task\.setvariable variable=TestStatus\]passed ##_\[error\]x red/,
    );
  });

  it("does not show a secret that a name contains", async () => {
    const secret = "s3cr3t-value-of-a-variable";
    const leaky = record({ scenarios: [{ name: `tests/${secret}`, outcome: "failed" }] });
    await using step = await gate([testRun({ attachments: [attached(leaky)] })]);
    const result = await step.run({ secretVariables: { password: secret } });
    const decision = await attachedDecision(result);
    assert.deepEqual(decision.tests[0].failedNames, ["tests/***"]);
    assert.doesNotMatch(await readFile(result.effects.summaries[0]!, "utf8"), /s3cr3t/);
  });
});

describe("NotebookCheckTestStatus, promoteToView", () => {
  it("promotes the version to the view after a pass, and not otherwise", async () => {
    await using step = await gate([testRun()], { workspace: { feeds: ["weather"] } });
    await step.write({ "notebooks/etl.py": "# Databricks notebook source\nprint(1)\n" });
    const published = await step.runTask("NotebookPublishArtifact", {
      inputs: { feed: "weather", packageName: "weather", packageVersion: "1.2.0", widget: "" },
    });
    assert.equal(published.result, "succeeded", published.log);
    const promotion = { feed: "weather", promoteToView: "Release" };
    const released = () => universalPackages(step.workspace, "weather@Release");
    const failed = await step.run({ inputs: { ...promotion, maxAgeDays: "0.01" } });
    assert.equal(failed.result, "failed");
    assert.deepEqual(await released(), []);
    const passed = await step.run({ inputs: promotion });
    assert.equal(passed.result, "succeeded", passed.log);
    assert.match(passed.log, /Promoted weather 1\.2\.0 \(feed weather\) to the view Release\./);
    assert.deepEqual(await released(), ["weather 1.2.0"]);
  });

  it("needs the feed", async () => {
    await using step = await gate([testRun()]);
    const result = await step.run({ inputs: { promoteToView: "Release" } });
    assert.match(errors(result)[0]!, /^Could not use the input 'promoteToView': the input 'feed' is empty;/);
  });
});
