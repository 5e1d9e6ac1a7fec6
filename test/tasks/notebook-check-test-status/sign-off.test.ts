import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import type { ApproverConfig } from "../../../local/emulator/azure-devops/config.ts";
import { errors } from "../../harness/run-task.ts";
import type { TaskFixture } from "../../harness/task-fixture.ts";
import { gate, ownRun, testRun } from "./gate-site.ts";

const variables = { "System.StageName": "production", "System.StageAttempt": "1" };
const stageId = (name: string) => `stage-${name}`;

/** A gate in the stage `production`, which must be signed off; its run also has a stage `qa`. */
async function stagedGate(): Promise<TaskFixture> {
  const step = await gate([testRun()], { inputs: { requireSignOff: "true" }, variables });
  for (const name of ["qa", "production"])
    ownRun(step).timeline.update({
      ...{ id: stageId(name), parentId: null, type: "Stage", name: `Deploy to ${name}`, identifier: name },
      state: "inProgress",
    });
  return step;
}

/** Lets a stage wait for these people, with the answers that they have given. */
function waitForApproval(
  step: TaskFixture,
  approvers: readonly string[],
  { stage = "production", answers = [] as ApproverConfig[] } = {},
): string {
  const { approvals, environments } = step.workspace.emulator.azureDevOps;
  const build = ownRun(step);
  const environment = environments.create(
    {
      name: `${stage} ${approvers.join(" ")}`,
      approvals: approvers.map((approver) => ({ approver, answer: "approved" })),
    },
    { project: build.project, createdBy: "notebook-ops" },
  );
  const [approval] = approvals.request(build, stageId(stage), [environment]);
  for (const answer of answers) approvals.answer(approval!, answer, "2026-11-20T09:30:00.000Z");
  return approval!.id;
}

const approved = (approver: string, comment = ""): ApproverConfig => ({
  approver,
  answer: "approved",
  comment,
});

describe("NotebookCheckTestStatus, requireSignOff", () => {
  it("passes if the stage was approved, and names who and when", async () => {
    await using step = await stagedGate();
    waitForApproval(step, ["Ada Lovelace"], { answers: [approved("Ada Lovelace", "Report read")] });
    const result = await step.run();
    assert.equal(result.variables.TestStatus, "passed", result.log);
    assert.match(
      result.log,
      /✓ {2}sign-off {5}stage production was approved by Ada Lovelace on 2026-11-20 09:30 UTC/,
    );
    assert.match(result.log, /approval: approved by Ada Lovelace on 2026-11-20 09:30 UTC \(Report read\)/);
  });

  it("names who approved in the report, even if no sign-off is required", async () => {
    await using step = await stagedGate();
    waitForApproval(step, ["Ada Lovelace"], { answers: [approved("Ada Lovelace", "Report read")] });
    const result = await step.run({ inputs: { requireSignOff: "false" } });
    assert.doesNotMatch(result.log, /Ada/);
    const page = await readFile(result.effects.artifacts[0]!.path, "utf8");
    assert.match(page, /Approved by Ada Lovelace/);
  });

  it("names all who approved", async () => {
    await using step = await stagedGate();
    const people = ["Ada Lovelace", "Grace Hopper"];
    waitForApproval(step, people, { answers: people.map((name) => approved(name)) });
    const { log } = await step.run();
    assert.match(log, /was approved by Ada Lovelace on .* and by Grace Hopper on /);
  });

  const refusals: [string, (step: TaskFixture) => void, RegExp][] = [
    [
      "the stage waited for no approval",
      () => undefined,
      /stage production waited for no approval; make the gate's job a deployment job/,
    ],
    [
      "only another stage of the run was approved",
      (step) => waitForApproval(step, ["Ada"], { stage: "qa", answers: [approved("Ada")] }),
      /stage production waited for no approval;/,
    ],
    [
      "the approval is pending",
      (step) => waitForApproval(step, ["Ada"]),
      /the approval of stage production is pending; have it approved, and run the stage again\.$/,
    ],
    [
      "one of two people has not answered",
      (step) => waitForApproval(step, ["Ada", "Grace"], { answers: [approved("Ada")] }),
      /is pending;/,
    ],
    [
      "the approval was rejected",
      (step) => waitForApproval(step, ["Ada"], { answers: [{ approver: "Ada", answer: "rejected" }] }),
      /the approval of stage production is rejected;/,
    ],
    [
      "one of two approvals is pending",
      (step) => {
        waitForApproval(step, ["Ada"], { answers: [approved("Ada")] });
        waitForApproval(step, ["Grace"]);
      },
      /is pending;/,
    ],
  ];
  for (const [title, prepare, says] of refusals)
    it(`fails if ${title}`, async () => {
      await using step = await stagedGate();
      prepare(step);
      const result = await step.run();
      assert.equal(result.variables.TestStatus, "failed");
      assert.match(errors(result)[0]!, says);
    });

  for (const status of ["skipped", "canceled", "timedOut", "deferred", "undefined"])
    it(`fails if the approval is ${status}`, async () => {
      await using step = await stagedGate();
      const id = waitForApproval(step, ["Ada"]);
      await step.workspace.declareFault({
        match: { service: "azure-devops", path: "/pipelines/approvals/" },
        when: "before",
        then: {
          body: { id, status, steps: [{ status: "approved", actualApprover: { displayName: "Ada" } }] },
        },
      });
      const result = await step.run();
      assert.match(errors(result)[0]!, new RegExp(`the approval of stage production is ${status};`));
    });

  it("fails if an approval that counts as approved names nobody", async () => {
    await using step = await stagedGate();
    const id = waitForApproval(step, ["Ada"]);
    await step.workspace.declareFault({
      match: { service: "azure-devops", path: "/pipelines/approvals/" },
      when: "before",
      then: { body: { id, status: "approved", steps: [] } },
    });
    const result = await step.run();
    assert.match(errors(result)[0]!, /the approval of stage production is approved, but by nobody;/);
  });

  it("does not take the approval of an earlier attempt of the stage", async () => {
    await using step = await stagedGate();
    waitForApproval(step, ["Ada"], { answers: [approved("Ada")] });
    const result = await step.run({ variables: { "System.StageAttempt": "2" } });
    assert.equal(result.variables.TestStatus, "failed");
    assert.match(
      errors(result)[0]!,
      /a timeline that has no attempt 2 of that stage; run the stage again\.$/,
    );
  });

  it("says which permission is missing if the approval may not be read", async () => {
    await using step = await stagedGate();
    waitForApproval(step, ["Ada"]);
    await step.workspace.declareFault({
      match: { service: "azure-devops", path: "/pipelines/approvals/" },
      when: "before",
      then: { status: 403, body: { message: "no" } },
    });
    const result = await step.run();
    assert.match(
      errors(result)[0]!,
      /^Could not read the approvals of stage production of pipeline run 345: .* answered 403.*; give the build service 'View builds' .* and the role Reader on the environment/,
    );
  });

  it("refuses an answer about another approval", async () => {
    await using step = await stagedGate();
    waitForApproval(step, ["Ada"]);
    await step.workspace.declareFault({
      match: { service: "azure-devops", path: "/pipelines/approvals/" },
      times: 10,
      when: "before",
      then: {
        body: {
          id: "x",
          status: "approved",
          steps: [{ status: "approved", actualApprover: { displayName: "Ada" } }],
        },
      },
    });
    const result = await step.run();
    assert.match(errors(result)[0]!, /answered with another approval/);
  });

  it("does not open the gate by an approval if the tests failed", async () => {
    await using step = await stagedGate();
    waitForApproval(step, ["Ada"], { answers: [approved("Ada")] });
    const result = await step.run({ inputs: { maxAgeDays: "0.01" } });
    assert.match(errors(result)[0]!, /the tests are 50 min old/);
  });

  it("is refused in a classic release, which has approvals of its own", async () => {
    await using step = await stagedGate();
    const result = await step.run({
      variables: { "System.HostType": "release" },
      inputs: { trustedPipelines: "12" },
    });
    assert.match(
      errors(result)[0]!,
      /^Could not use the input 'requireSignOff': this job does not belong to a stage/,
    );
  });

  it("passes without an approval, and even if approvals cannot be read, unless a sign-off is required", async () => {
    await using step = await stagedGate();
    await step.workspace.declareFault({ match: { path: "timeline" }, when: "before", then: { status: 403 } });
    const result = await step.run({ inputs: { requireSignOff: "false" } });
    assert.equal(result.variables.TestStatus, "passed", result.log);
    assert.doesNotMatch(result.log, /sign-off/);
  });
});
