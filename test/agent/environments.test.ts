import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import path from "node:path";
import { agentWorkspace } from "../../local/cli/agent-workspace.ts";
import type { AzureDevOpsConfig } from "../../local/emulator/azure-devops/config.ts";
import type { Emulator } from "../../local/emulator/index.ts";
import { assertGolden } from "../harness/golden.ts";
import { startWorkspace } from "../harness/workspace.ts";
import { runFixture } from "./run-fixture.ts";

const file = path.join(import.meta.dirname, "fixtures", "release", "azure-pipelines.yml");

/** The record of an earlier version, which passed in both environments. */
const passed = (environment: string) => ({
  type: "notebook-ops.test-status",
  name: `${environment}.json`,
  content: {
    schema: "notebook-ops/test-status/1",
    artifact: { name: "weather", version: "1.4.0", digest: `sha256:${"1".repeat(64)}` },
    environment,
    ...{ platform: "databricks", workspace: "https://adb-1.azuredatabricks.net", run: { buildId: "41" } },
    ...{ startedOn: "2026-11-20T10:00:00.000Z", finishedOn: "2026-11-20T10:01:00.000Z" },
    counts: { total: 1, passed: 1, failed: 0, skipped: 0 },
    results: [{ name: "a", outcome: "passed", durationSeconds: 1 }],
  },
});

const approvedBy = (...approvers: string[]) =>
  approvers.map((approver) => ({ approver, answer: "approved" as const, comment: "tested" }));

describe("a pipeline that deploys to environments, on the local agent", () => {
  const run = async (emulator: Emulator, parameters: Record<string, string> = {}) => {
    const { azureDevOps } = emulator;
    const { record, text } = await runFixture(file, { host: agentWorkspace(emulator), parameters });
    const build = azureDevOps.builds.list()[0]!;
    const parts = (type: string) =>
      build.timeline.records
        .filter((each) => each.type === type)
        .map(({ identifier, result }) => `${identifier} ${result}`);
    const deployments = (name: string) =>
      azureDevOps.environments
        .find(name, build.project)
        ?.deployments.map(({ stage, job, result, finishedOn }) => [
          stage,
          job,
          result,
          finishedOn !== undefined,
        ]);
    return { record, text, build, parts, deployments, approvals: azureDevOps.approvals.list(build.project) };
  };

  const start = (devops: NonNullable<AzureDevOpsConfig["devops"]>) => startWorkspace({ devops });

  it("a pipeline that deploys to an environment asks for its approval, and shows answers and releases", async () => {
    const builds = [
      { id: 41, definition: { id: 1, name: "release" }, attachments: ["qa", "production"].map(passed) },
    ];
    const environments = [{ name: "production", approvals: approvedBy("Ada Lovelace") }];
    await using workspace = await start({ builds, environments });

    const { record, text, parts, deployments, approvals, build } = await run(workspace.emulator);

    assert.equal(record.result, "succeeded");
    const withoutHeader = text.replace(/^ {2}\S.* https?:.*\n/gm, "").replaceAll(/localhost:\d+/g, "<host>");
    assertGolden(import.meta.url, "release.txt", withoutHeader);
    assert.deepEqual(parts("Stage"), [
      ...[
        "Build succeeded",
        "QA succeeded",
        "Production succeeded",
        "Announce succeeded",
        "Rollback skipped",
      ],
    ]);
    assert.deepEqual(deployments("qa"), [["QA", "test", "succeeded", true]]);
    assert.deepEqual(deployments("production"), [["Production", "release", "succeeded", true]]);
    const [approval] = approvals;
    assert.deepEqual(
      [approval?.status, approval?.steps.map(({ approver, comment }) => [approver, comment])],
      ["approved", [["Ada Lovelace", "tested"]]],
    );
    assert.ok(
      build.timeline.records.some(({ id, type }) => id === approval?.id && type === "Checkpoint.Approval"),
    );
  });

  it("a pipeline that deploys to an environment says which test records it cannot read, and prints no control characters", async () => {
    const hostile = passed("qa\u001b[2J\u001b[31m");
    const content = {
      ...hostile.content,
      artifact: { ...hostile.content.artifact, version: "1.3.0\u001b]0;x\u0007" },
    };
    const attachments = [
      { ...hostile, content },
      { ...hostile, name: "broken.json", content: "{" },
    ];
    await using workspace = await start({
      builds: [{ id: 41, definition: { id: 1, name: "release" }, attachments }],
    });

    const { text } = await run(workspace.emulator);

    assert.match(text, /^Releases of weather$/m);
    assert.match(text, /^ {2}1\.3\.0/m);
    assert.match(
      text,
      /^Test records that could not be read\n {2}Could not read the test status of build 41: it is not valid JSON/m,
    );
    assert.ok(!text.includes("\u001b") && !text.includes("\u0007"));
  });

  it("a pipeline that deploys to an environment skips a stage whose approval is rejected, which then has failed", async () => {
    const approvals = [
      ...approvedBy("Ada Lovelace"),
      { approver: "Grace Hopper", answer: "rejected" as const, comment: "1 of 2 tests failed in QA" },
      ...approvedBy("Alan Turing"),
    ];
    await using workspace = await start({ environments: [{ name: "production", approvals }] });

    const { record, text, parts, deployments } = await run(workspace.emulator);

    assert.equal(record.result, "failed");
    assert.match(text, /^Approval for production: approved by Ada Lovelace: "tested"$/m);
    assert.match(text, /^Approval for production: rejected by Grace Hopper: "1 of 2 tests failed in QA"$/m);
    assert.doesNotMatch(text, /Alan Turing|^ +released$|^ +announced$/m);
    assert.match(
      text,
      /^error: The stage Production does not run, because the approval for production was rejected\.$/m,
    );
    assert.match(text, /Production Skipped/);
    assert.deepEqual(parts("Stage"), [
      ...["Build succeeded", "QA succeeded", "Production failed", "Announce skipped", "Rollback succeeded"],
    ]);
    assert.deepEqual(parts("Checkpoint"), ["Checkpoint failed"]);
    assert.deepEqual(deployments("production"), []);
    assert.deepEqual(
      record.jobs.map(({ name, result }) => `${name} ${result}`),
      ["pack succeeded", "test succeeded", "release skipped", "announce skipped", "rollback succeeded"],
    );
  });

  it("a pipeline that deploys to an environment creates one that the organisation does not have", async () => {
    await using workspace = await start({ environments: [] });

    const { text, deployments } = await run(workspace.emulator, { production: "europe" });

    assert.deepEqual(deployments("europe"), [["Production", "release", "succeeded", true]]);
    assert.match(text, /^ +qa 1 runOnce$/m);
    assert.doesNotMatch(text, /Approval/);
  });

  it("a pipeline that deploys to an environment is listed with its jobs and steps", async () => {
    await using workspace = await start({});

    const { build, parts } = await run(workspace.emulator);

    const { records } = build.timeline;
    const parentOf = (id: string | null) => records.find((each) => each.id === id);
    const [step] = records.filter(({ type, name }) => type === "Task" && name === "Test");
    const job = parentOf(step!.parentId);
    const phase = parentOf(job!.parentId);
    const stage = parentOf(phase!.parentId);
    assert.deepEqual(
      [job, phase, stage].map((part) => `${part!.type} ${part!.name}: ${part!.identifier}`),
      ["Job Test in QA: QA.test.Deploy", "Phase Test in QA: QA.test", "Stage QA: QA"],
    );
    assert.ok(step!.startTime! <= step!.finishTime! && stage!.startTime! <= step!.startTime!);
    assert.deepEqual(parts("Phase").slice(-2), ["Announce.announce succeeded", "Rollback.rollback skipped"]);
    // What a step attaches belongs to its record.
    assert.equal(build.attachments[0]?.recordId, step!.id);
    assert.equal(build.attachments[0]?.timelineId, build.timeline.id);
  });

  it("a pipeline that uploads to one artifact twice adds the files of the second upload to it", async () => {
    await using workspace = await start({});

    const { build, text } = await run(workspace.emulator);

    const contents = build.artifacts.map(({ name, type, folder }) => [
      name,
      type,
      readdirSync(folder).sort(),
    ]);
    assert.deepEqual(
      contents,
      [
        ["package", "PipelineArtifact", ["one.xml"]],
        ["test-report", "Container", ["one.xml", "two.xml"]],
      ].reverse(),
    );
    assert.doesNotMatch(text, /Could not publish/);
    const jobs = build.timeline.records.filter(({ type }) => type === "Job");
    assert.ok(build.artifacts.every(({ recordId }) => recordId === jobs[0]!.id));
  });
});
