import assert from "node:assert/strict";
import type { EarlierBuild } from "../../../local/emulator/azure-devops/config.ts";
import { errors } from "../../harness/run-task.ts";
import {
  attached,
  gate,
  minutesAgo,
  otherPipeline,
  ownPipeline,
  record,
  runWith,
  testRun,
} from "./gate-site.ts";

const failed = { scenarios: [{ outcome: "failed" as const }] };

async function decide(builds: EarlierBuild[], trustedPipelines = "", projects: string[] = []) {
  await using step = await gate(builds, {
    inputs: { trustedPipelines },
    workspace: { devops: { projects } },
  });
  const result = await step.run();
  return { log: result.log, status: result.variables.TestStatus, message: errors(result)[0] ?? "" };
}

const forged = testRun({
  id: 301,
  definition: otherPipeline,
  startTime: minutesAgo(30),
  finishTime: minutesAgo(20),
});
const laterTimes = { startedOn: minutesAgo(28), finishedOn: minutesAgo(22) };

describe("NotebookCheckTestStatus, trustedPipelines", () => {
  it("fails if only another pipeline tested the version, and names that pipeline", async () => {
    const { status, message } = await decide([testRun({ definition: otherPipeline })]);
    assert.equal(status, "failed");
    assert.match(
      message,
      /the only test status of weather 1\.2\.0 in qa was written by the pipeline weather nightly \(13\) in the project local, and run 20261121\.300 \(300\) is of a pipeline that is not in trustedPipelines; test it in qa by a trusted pipeline, or list/,
    );
  });

  it("does not let another pipeline open the gate with a forged record, and shows it", async () => {
    const good = { ...forged, attachments: [attached(record({ run: { buildId: "301" }, ...laterTimes }))] };
    const { status, log } = await decide([runWith(failed), good]);
    assert.equal(status, "failed");
    assert.match(log, /301 \(301\) .* not trusted: of a pipeline that is not in trustedPipelines/);
  });

  it("does not let another pipeline close the gate", async () => {
    const bad = {
      ...forged,
      attachments: [
        attached(record({ run: { buildId: "301" }, ...laterTimes, ...failed })),
        attached("{", "x.json"),
      ],
    };
    const { status, log } = await decide([testRun(), bad]);
    assert.equal(status, "passed", log);
  });

  it("refuses a record that claims the id of another run, also of a trusted pipeline", async () => {
    const copied = testRun({ attachments: [attached(record({ run: { buildId: "299" } }))] });
    const { status, message } = await decide([copied]);
    assert.equal(status, "failed");
    assert.match(message, /has a test status that claims to be of run 299, so it is forged or copied/);
  });

  it("never trusts a pull request, by its reason or its branch", async () => {
    const runs = [{ reason: "pullRequest" as const }, { sourceBranch: "refs/pull/7/merge" }];
    for (const run of runs) {
      const { status, message } = await decide([testRun(run)], "*");
      assert.equal(status, "failed");
      assert.match(message, /is of a pull request, which is never trusted/);
    }
  });

  it("trusts a pipeline of another project whose name has a space, if the line names the project", async () => {
    const run = testRun({ project: "data platform" });
    const projects = ["data platform"];
    assert.equal((await decide([run], "Data Platform/weather@main", projects)).status, "passed");
    assert.equal((await decide([run], "weather", projects)).status, "failed");
  });

  it("says that the branch is not trusted", async () => {
    const { message } = await decide([testRun({ sourceBranch: "refs/heads/feature" })], "12@main");
    assert.match(message, /is of a branch that is not in trustedPipelines/);
  });

  it("refuses a line that names no pipeline", async () => {
    const { status, message } = await decide([testRun()], "12\na/b/c");
    assert.equal(status, "failed");
    assert.match(
      message,
      /^Could not use the input 'trustedPipelines': 'a\/b\/c' does not name a pipeline; write \[project\/\]pipeline\[@branch\] in each line/,
    );
  });

  it("needs the input in a classic release, whose System.DefinitionId is that of the release", async () => {
    await using step = await gate([testRun()]);
    const variables = { "System.HostType": "release" };
    const result = await step.run({ variables });
    assert.match(
      errors(result)[0]!,
      /^Could not use the input 'trustedPipelines': it is empty, and this job/,
    );
    const listed = await step.run({ variables, inputs: { trustedPipelines: String(ownPipeline.id) } });
    assert.equal(listed.variables.TestStatus, "passed", listed.log);
  });
});
