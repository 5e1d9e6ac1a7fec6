import assert from "node:assert/strict";
import type { DevopsPermissions } from "../../../local/emulator/azure-devops/config.ts";
import { type Emulator, startEmulator } from "../../../local/emulator/index.ts";
import { ask } from "../ask.ts";
import { proves } from "../proof.ts";
import { connect, run } from "./node-client.ts";

const tests = `${connect}
  const tests = await api.getTestApi();
  const project = "local";
  const textOf = async (stream) => Buffer.concat(await stream.toArray()).toString();
  const result = (automatedTestName, outcome, durationInMs) => ({
    automatedTestName, testCaseTitle: automatedTestName, outcome, durationInMs, state: "Completed",
  });
  const publish = async () => {
    const run = await tests.createTestRun({ name: "weather", build: { id: "42" }, automated: true, state: "InProgress" }, project);
    await tests.addTestResultsToTestRun(
      [result("forecast", "Passed", 1500), result("storm", "Failed", 250), result("snow", "Passed", 500)], project, run.id,
    );
    return run;
  };
`;

describe("test runs, by azure-devops-node-api", () => {
  let workspace: Emulator;

  const start = async (permissions: DevopsPermissions = {}) => {
    workspace = await startEmulator({ config: { devops: { permissions }, spark: { master: "none" } } });
    workspace.azureDevOps.builds.start({
      ...{ id: 42, number: "20261121.1", definition: { id: 1, name: "weather" }, planId: "plan" },
      ...{ sourceBranch: "refs/heads/main", sourceVersion: "0a1b2c", reason: "manual" },
      repository: { id: "weather", name: "weather", type: "TfsGit" },
    });
  };

  afterEach(() => workspace.stop());

  it("test runs of the local Azure DevOps can be created, completed, listed by build and deleted", async () => {
    await start();

    const seen = await run(
      workspace,
      `${tests}
      const run = await publish();
      const other = await tests.createTestRun({ name: "other", isAutomated: true }, project);
      await tests.updateTestRun({ state: "Completed" }, project, run.id);
      const done = await tests.getTestRunById(project, run.id);
      const ofBuild = await tests.getTestRuns(project, "vstfs:///Build/Build/42");
      const second = await tests.getTestRuns(project, undefined, undefined, undefined, undefined, undefined, undefined, 1, 1);
      await tests.deleteTestRun(project, other.id);
      answer([
        [done.state, done.totalTests, done.passedTests, done.unanalyzedTests, done.build.id],
        ofBuild.map(({ name }) => name), second.map(({ name }) => name),
        (await tests.getTestRuns(project)).length,
      ]);`,
    );

    assert.deepEqual(seen, [["Completed", 3, 2, 1, "42"], ["weather"], ["other"], 1]);
    proves(
      workspace,
      "azure-devops-node-api",
      "azure-devops GET /{organisation}/{project}/_apis/test/runs",
      "azure-devops POST /{organisation}/{project}/_apis/test/runs",
      "azure-devops GET /{organisation}/{project}/_apis/test/runs/{run}",
      "azure-devops PATCH /{organisation}/{project}/_apis/test/runs/{run}",
      "azure-devops DELETE /{organisation}/{project}/_apis/test/runs/{run}",
    );
  });

  it("test runs of the local Azure DevOps have results that can be read by page and outcome, and changed", async () => {
    await start();

    const seen = await run(
      workspace,
      `${tests}
      const run = await publish();
      const all = await tests.getTestResults(project, run.id);
      await tests.updateTestResults([{ id: all[2].id, outcome: "NotExecuted", comment: "no snow" }], project, run.id);
      const failed = await tests.getTestResults(project, run.id, undefined, undefined, undefined, [3]);
      const page = await tests.getTestResults(project, run.id, undefined, 1, 1);
      const one = await tests.getTestResultById(project, run.id, all[2].id);
      answer([
        all.map(({ id, testCaseTitle, outcome }) => [id, testCaseTitle, outcome]),
        failed.map(({ testCaseTitle }) => testCaseTitle),
        page.map(({ testCaseTitle }) => testCaseTitle),
        [one.outcome, one.comment, one.testRun.id],
      ]);`,
    );

    assert.deepEqual(seen, [
      [
        [100_000, "forecast", "Passed"],
        [100_001, "storm", "Failed"],
        [100_002, "snow", "Passed"],
      ],
      ["storm"],
      ["storm"],
      ["NotExecuted", "no snow", "1"],
    ]);
    proves(
      workspace,
      "azure-devops-node-api",
      "azure-devops GET /{organisation}/{project}/_apis/test/runs/{run}/results",
      "azure-devops POST /{organisation}/{project}/_apis/test/runs/{run}/results",
      "azure-devops PATCH /{organisation}/{project}/_apis/test/runs/{run}/results",
      "azure-devops GET /{organisation}/{project}/_apis/test/runs/{run}/results/{result}",
    );
  });

  it("test runs of the local Azure DevOps accept attachments, and so do their results", async () => {
    await start();

    const seen = await run(
      workspace,
      `${tests}
      const run = await publish();
      const file = (fileName, text) => ({ fileName, stream: Buffer.from(text).toString("base64"), attachmentType: "GeneralAttachment" });
      const report = await tests.createTestRunAttachment(file("report.html", "<p>"), project, run.id);
      const trace = await tests.createTestResultAttachment(file("trace.txt", "Traceback"), project, run.id, 100001);
      answer([
        (await tests.getTestRunAttachments(project, run.id)).map(({ fileName, size }) => [fileName, size]),
        (await tests.getTestResultAttachments(project, run.id, 100001)).map(({ fileName }) => fileName),
        await textOf(await tests.getTestRunAttachmentContent(project, run.id, report.id)),
        await textOf(await tests.getTestResultAttachmentContent(project, run.id, 100001, trace.id)),
      ]);`,
    );

    assert.deepEqual(seen, [[["report.html", 3]], ["trace.txt"], "<p>", "Traceback"]);
    proves(
      workspace,
      "azure-devops-node-api",
      "azure-devops GET /{organisation}/{project}/_apis/test/runs/{run}/attachments",
      "azure-devops POST /{organisation}/{project}/_apis/test/runs/{run}/attachments",
      "azure-devops GET /{organisation}/{project}/_apis/test/runs/{run}/attachments/{attachment}",
      "azure-devops GET /{organisation}/{project}/_apis/test/runs/{run}/results/{result}/attachments",
      "azure-devops POST /{organisation}/{project}/_apis/test/runs/{run}/results/{result}/attachments",
      "azure-devops GET /{organisation}/{project}/_apis/test/runs/{run}/results/{result}/attachments/{attachment}",
    );
  });

  it("test runs of the local Azure DevOps are added up for the page of the pipeline run", async () => {
    await start();

    const seen = await run(
      workspace,
      `${tests}
      await publish();
      const results = await api.getTestResultsApi();
      const { totalTests, duration, resultsByOutcome } =
        (await results.queryTestResultsReportForBuild(project, 42)).aggregatedResultsAnalysis;
      const failed = await results.getTestResultsByBuild(project, 42, undefined, [3]);
      const page = await results.getTestResultsByBuild(project, 42, undefined, undefined, 1, "2");
      answer([
        [totalTests, duration],
        Object.values(resultsByOutcome).map(({ outcome, count }) => [outcome, count]),
        failed.map(({ testCaseTitle, runId }) => [testCaseTitle, runId]),
        page.map(({ testCaseTitle }) => testCaseTitle),
      ]);`,
    );

    assert.deepEqual(seen, [
      [3, "00:00:02.2500000"],
      [
        [2, 2],
        [3, 1],
      ],
      [["storm", 1]],
      ["snow"],
    ]);
    proves(
      workspace,
      "azure-devops-node-api",
      "azure-devops GET /{organisation}/{project}/_apis/testresults/resultsummarybybuild",
      "azure-devops GET /{organisation}/{project}/_apis/testresults/resultsbybuild",
    );
  });

  for (const [what, path, body] of [
    ["results that are not a list", "results", { testCaseTitle: "storm" }],
    ["a list of results with one that is not an object", "results", ["storm"]],
    ["a file without a name", "attachments", { stream: "PHA+" }],
    ["a file with an empty name", "attachments", { stream: "PHA+", fileName: "" }],
    ["a file without content", "attachments", { fileName: "report.html" }],
  ] as const)
    it(`test runs of the local Azure DevOps refuse ${what}`, async () => {
      await start();
      const { devopsUrl, devopsToken } = workspace.ready;
      const runs = `${devopsUrl}/local/_apis/test/runs`;
      const post = (url: string, json: object) =>
        ask(workspace, "POST", `${url}?api-version=7.1`, {
          token: devopsToken!,
          headers: { "content-type": "application/json" },
          body: JSON.stringify(json),
        });
      const created = await post(runs, { name: "weather", isAutomated: true });
      assert.equal(created.status, 200, created.text);
      const answer = await post(`${runs}/${JSON.parse(created.text).id}/${path}`, body);
      assert.equal(answer.status, 400, answer.text);
    });

  it("test runs of the local Azure DevOps cannot be published without the permission", async () => {
    await start({ createTestRuns: false });

    const seen = await run(workspace, `${tests} answer(await refused(publish()));`);

    assert.deepEqual(seen, [
      403,
      "Access denied. Project Collection Build Service (local) needs Create test runs permissions to perform the action.",
    ]);
  });
});
