import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { StepOutcome } from "../../local/agent/commands/step-result.ts";
import {
  type FinishedNode,
  isNodeConditionMet,
  isStepConditionMet,
  type JobStatus,
} from "../../local/agent/run/conditions.ts";
import { runFixture } from "./run-fixture.ts";

/*
 * https://learn.microsoft.com/azure/devops/pipelines/process/expressions#job-status-functions. That a skipped dependency makes
 * succeededOrFailed() false: the same page ("use not(canceled()) when there are previous skipped jobs in the dependency graph") and
 * https://github.com/MicrosoftDocs/azure-devops-docs/issues/12846.
 */

describe("the condition of a step", () => {
  const statuses: JobStatus[] = ["Succeeded", "SucceededWithIssues", "Failed", "Canceled"];
  const table: [condition: string | undefined, runsAfter: JobStatus[]][] = [
    [undefined, ["Succeeded", "SucceededWithIssues"]],
    ["succeeded()", ["Succeeded", "SucceededWithIssues"]],
    ["succeededOrFailed()", ["Succeeded", "SucceededWithIssues", "Failed"]],
    ["failed()", ["Failed"]],
    ["canceled()", ["Canceled"]],
    ["always()", statuses],
    ["not(canceled())", ["Succeeded", "SucceededWithIssues", "Failed"]],
    ["eq(variables.stop, 'no')", statuses],
    ["eq(variables.stop, 'yes')", []],
    ["and(failed(), eq(variables.stop, 'no'))", ["Failed"]],
  ];
  for (const [condition, runsAfter] of table)
    it(`runs a step with the condition ${condition ?? "(none)"} if the job is ${runsAfter.join(" or ") || "in no status"}`, () => {
      const metFor = statuses.filter((status) => isStepConditionMet(condition, status, { stop: "no" }));
      assert.deepEqual(metFor, runsAfter);
    });
});

describe("the condition of a job or stage", () => {
  const outcomes: StepOutcome[] = ["succeeded", "succeededWithIssues", "failed", "canceled", "skipped"];
  const node = (name: string, result: StepOutcome, ...dependsOn: string[]): FinishedNode => ({
    name,
    result,
    dependsOn,
  });
  const runs = (
    condition: string | undefined,
    finished: FinishedNode[],
    { dependsOn = ["B"], canceled = false, names = {} } = {},
  ) => isNodeConditionMet({ condition, dependsOn, finished, canceled, names });

  const good: StepOutcome[] = ["succeeded", "succeededWithIssues"];
  const table: [condition: string | undefined, metFor: StepOutcome[]][] = [
    [undefined, good],
    ["succeeded()", good],
    ["succeeded('B')", good],
    ["succeededOrFailed()", [...good, "failed"]],
    ["succeededOrFailed('B')", [...good, "failed"]],
    ["failed()", ["failed"]],
    ["failed('b')", ["failed"]],
    ["always()", outcomes],
    ["canceled()", []],
    ["not(canceled())", outcomes],
  ];
  for (const [condition, metFor] of table) {
    const isMetWhenCanceled = /^(always|canceled)/.test(condition ?? "");
    const title = `the condition ${condition ?? "(none)"}`;
    it(`the condition ${title} is met if the dependency has ${metFor.join(" or ") || "no result at all"}`, () => {
      assert.deepEqual(
        outcomes.filter((outcome) => runs(condition, [node("b", outcome)])),
        metFor,
      );
    });
    it(`the condition ${title} also looks at the dependencies of its dependency, unless it names a job`, () => {
      const met = outcomes.filter((outcome) =>
        runs(condition, [node("A", outcome), node("B", "succeeded", "a")]),
      );
      const named = condition?.includes("'");
      const expected = named ? (condition?.startsWith("failed") ? [] : outcomes) : metFor;
      assert.deepEqual(met, expected);
    });
    it(`the condition ${title} is ${isMetWhenCanceled ? "" : "not "}met when the run is cancelled`, () => {
      const met = outcomes.filter((outcome) => runs(condition, [node("B", outcome)], { canceled: true }));
      assert.deepEqual(met, isMetWhenCanceled ? outcomes : []);
    });
  }

  for (const [condition, isMet] of [
    [undefined, false],
    ["succeededOrFailed()", false],
    ["failed()", true],
    ["failed('B')", false],
    ["failed('A')", true],
    ["failed('B', 'A')", true],
    ["succeeded('A')", false],
    ["always()", true],
    ["not(canceled())", true],
  ] as const)
    it(`the condition ${condition ?? "(none)"} of C is ${isMet ? "" : "not "}met if A failed, B was skipped for that, and C depends on B`, () => {
      const finished = [node("A", "failed"), node("B", "skipped", "A"), node("Unrelated", "failed")];
      assert.equal(runs(condition, finished), isMet);
    });

  it("the condition of a job looks at every dependency", () => {
    const finished = [node("A", "succeeded"), node("B", "failed")];
    const both = { dependsOn: ["A", "B"] };
    assert.equal(runs("succeeded()", finished, both), false);
    assert.equal(runs("failed()", finished, both), true);
    assert.equal(runs("succeededOrFailed()", finished, both), true);
    assert.equal(runs("succeeded('A', 'B')", finished, both), false);
  });

  it("the condition of a job does not look at jobs that are not dependencies", () => {
    const finished = [node("A", "failed"), node("B", "succeeded")];
    assert.equal(runs("succeeded()", finished), true);
    assert.equal(runs("failed()", finished), false);
  });

  it("the condition of a job is met without dependencies, except failed()", () => {
    for (const condition of [undefined, "succeeded()", "succeededOrFailed()"])
      assert.equal(runs(condition, [], { dependsOn: [] }), true);
    assert.equal(runs("failed()", [], { dependsOn: [] }), false);
  });

  it("the condition of a job can use variables and dependencies", () => {
    const names = { variables: { a: "1" }, dependencies: { B: { result: "Failed" } } };
    assert.equal(
      runs("and(eq(variables.a, 1), eq(dependencies.B.result, 'Failed'))", [node("B", "failed")], { names }),
      true,
    );
  });
});

describe("conditions in a pipeline", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), "notebook-ops-test-"));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  async function results(yaml: string) {
    const file = path.join(folder, "pipeline.yml");
    writeFileSync(file, yaml);
    const { record } = await runFixture(file);
    return { result: record.result, jobs: Object.fromEntries(record.jobs.map((job) => [job.name, job])) };
  }
  const step = (script: string) => `steps: [{ checkout: none }, { script: ${script} }]`;

  it("a job that is skipped after a failure does not hide the failure from later jobs", async () => {
    const { result, jobs } = await results(`
jobs:
  - job: A
    ${step("exit 1")}
  - job: B
    dependsOn: A
    ${step("echo no")}
  - job: Default
    dependsOn: B
    ${step("echo no")}
  - job: SucceededOrFailed
    dependsOn: B
    condition: succeededOrFailed()
    ${step("echo no")}
  - job: Failed
    dependsOn: B
    condition: failed()
    ${step("echo yes")}
  - job: Direct
    dependsOn: A
    condition: succeededOrFailed()
    ${step("echo yes")}
  - job: Always
    dependsOn: B
    condition: always()
    ${step("echo yes")}
`);
    assert.equal(result, "failed");
    assert.deepEqual(Object.fromEntries(Object.entries(jobs).map(([name, job]) => [name, job.result])), {
      A: "failed",
      B: "skipped",
      Default: "skipped",
      SucceededOrFailed: "skipped",
      Failed: "succeeded",
      Direct: "succeeded",
      Always: "succeeded",
    });
  });

  it("a stage that is skipped after a failure does not hide the failure from later stages", async () => {
    const stage = (name: string, more: string, script = "echo") =>
      `  - stage: ${name}\n${more}    jobs: [{ job: ${name}, ${step(script)} }]\n`;
    const { jobs } = await results(
      `stages:\n${stage("A", "", "exit 1")}${stage("B", "")}${stage("Default", "    dependsOn: B\n")}${stage("Failed", "    dependsOn: B\n    condition: failed()\n")}`,
    );
    assert.deepEqual(Object.fromEntries(Object.entries(jobs).map(([name, job]) => [name, job.result])), {
      A: "failed",
      B: "skipped",
      Default: "skipped",
      Failed: "succeeded",
    });
  });

  it("a step with succeededOrFailed() runs after a failure, and the job stays failed", async () => {
    const { jobs } = await results(`
steps:
  - checkout: none
  - script: exit 1
  - script: echo no
  - script: echo yes
    condition: succeededOrFailed()
`);
    assert.equal(jobs.Job!.result, "failed");
    assert.deepEqual(
      jobs.Job!.steps.map((each) => each.result),
      ["succeeded", "failed", "skipped", "succeeded"],
    );
  });
});
