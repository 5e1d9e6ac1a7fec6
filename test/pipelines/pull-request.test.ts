import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { Writable } from "node:stream";
import { fileURLToPath } from "node:url";
import { runPipeline } from "../../local/agent/run/pipeline-runner.ts";
import type { PipelineRecord } from "../../local/agent/run/run-types.ts";
import { agentWorkspace } from "../../local/cli/agent-workspace.ts";
import type { WorkspaceConfig } from "../../local/emulator/config.ts";
import { type Emulator, startEmulator } from "../../local/emulator/index.ts";
import { assertNoSecretsOfRun } from "../harness/pipeline-secrets.ts";
import { taskFolder } from "../harness/run-task.ts";

const file = path.join(import.meta.dirname, "pull-request", "azure-pipelines.yml");
const config: WorkspaceConfig = {
  spark: { master: "none" },
  devops: {
    pullRequests: [
      {
        id: 7,
        repository: "weather",
        title: "Count frosty days",
        sourceBranch: "refs/heads/frost",
        targetBranch: "refs/heads/main",
      },
    ],
  },
};

describe("a local run of a pull-request pipeline whose notebook fails", function () {
  this.timeout(120_000);
  let emulator: Emulator;
  let record: PipelineRecord;
  let output = "";

  before(async () => {
    emulator = await startEmulator({ config });
    const tasks = path.dirname(await taskFolder("DatabricksRunNotebook"));
    record = await runPipeline({
      file,
      host: { ...agentWorkspace(emulator), taskFolders: [tasks], linksEndWithRun: true },
      variables: { DATABRICKS_HOST: emulator.ready.databricksUrl },
      secrets: { BearerToken: emulator.ready.databricksToken },
      out: new Writable({
        write(chunk, _encoding, done) {
          output += String(chunk);
          done();
        },
      }),
    });
  });
  after(() => emulator.stop());

  const build = () => emulator.azureDevOps.builds.list()[0]!;

  it("a local pull-request pipeline whose notebook fails writes one comment to the pull request: the failed cell, its error, and links to the run", () => {
    assert.equal(record.result, "failed", output);
    const { threads } = emulator.azureDevOps.pullRequests.get("7");
    assert.deepEqual(
      threads.map(({ status, comments }) => [status, comments.length]),
      [["active", 1]],
    );
    const { content } = threads[0]!.comments[0]!;
    assert.match(content, /^`AssertionError: 2 days < 0 °C`$/m);
    assert.match(content, /^Cell 2:\n\n```python\nassert frost == 0, f"\{frost\} days < 0 °C"\n```$/m);
    assert.match(content, /^\[Open the run\]\(https:\/\/localhost:\d+\/.*\/run\/\d+\)$/m);
    assert(content.includes(`/local/_build/results?buildId=${build().id})`));
  });

  it("a local pull-request pipeline shows no secret on the terminal, in its record, in comments or on the disk", () => {
    const { threads } = emulator.azureDevOps.pullRequests.get("7");
    const known = [emulator.ready.databricksToken, emulator.azureDevOps.accessToken];
    assertNoSecretsOfRun({ output: output + JSON.stringify(threads), record }, known);
  });

  it("a local pull-request pipeline adds a status to the pull request", () => {
    const [status] = emulator.azureDevOps.pullRequests.get("7").statuses;
    assert.deepEqual([status!.state, status!.description], ["failed", "1 of 2 notebooks failed"]);
  });

  it("a local pull-request pipeline publishes each notebook as a test with its message and trace", () => {
    const [run, ...others] = emulator.azureDevOps.testRuns.ofBuild(build().id);
    assert.deepEqual([run!.name, run!.state, others.length], ["Databricks notebooks", "Completed", 0]);
    const fields = run!.results.map((result) => result.fields);
    assert.deepEqual(
      fields.map(({ testCaseTitle, outcome, errorMessage }) => [testCaseTitle, outcome, errorMessage]),
      [
        ["etl", "Passed", undefined],
        ["quality", "Failed", "AssertionError: 2 days < 0 °C"],
      ],
    );
    assert.match(String(fields[1]!.stackTrace), /^Cell 2 \(python\):[\s\S]*\n\nRun: https:/);
    assert.match(String(run!.attachments[0]!.fileName), /\.xml$/);
  });

  it("a local pull-request pipeline attaches summary, report, JUnit file and status record to the build, and tags it", () => {
    const { attachments, tags, status, result, reason } = build();
    assert.deepEqual([status, result, reason], ["completed", "failed", "pullRequest"]);
    assert.deepEqual([...tags], ["notebook-ops.test-status"]);
    assert.deepEqual(attachments.map(({ type }) => type).sort(), [
      "DistributedTask.Core.Summary",
      "notebook-ops.junit",
      "notebook-ops.report",
      "notebook-ops.test-status",
    ]);
    const report = attachments.find(({ type }) => type === "notebook-ops.report")!;
    assert.match(String(report.content), /2 days &lt; 0 °C/);
  });

  it("a local pull-request pipeline prints the link to the report, and the comments and statuses of the pull request", () => {
    assert.match(output, /^Report\n {2}file:\/\/\S+\/notebooks-[0-9a-f]{12}\.html$/m);
    assert.match(
      output,
      /^Pull request 7: Count frosty days\n {2}comment \(active\): ❌ `Databricks notebooks`: 1 of 2 notebooks failed\n {2}\S+: failed, 1 of 2 notebooks failed$/m,
    );
  });

  it("a local pull-request pipeline keeps the comment as a file of the run, and names it", async () => {
    const { content } = emulator.azureDevOps.pullRequests.get("7").threads[0]!.comments[0]!;
    const [, url] = /^ {2}(file:\/\/\S+\/pull-request\/comment-1\.md)$/m.exec(output) ?? assert.fail(output);
    assert.equal(await readFile(fileURLToPath(url!), "utf8"), `${content}\n`);
  });

  it("a local pull-request pipeline points to the files of the run instead of to a workspace that ends with the run", () => {
    assert.match(output, /error: Could not complete .*; see the files listed at the end of this output\.$/m);
    const { databricksUrl } = emulator.ready;
    assert.deepEqual(
      output.match(/^.*https:\/\/localhost.*$/gm),
      output.match(
        /^ {2}(?:Databricks|Microsoft Fabric|OneLake|Key Vault|Entra ID|Azure DevOps|Ledger) +https.*$/gm,
      ),
    );
    assert(
      output.includes(`  Databricks       ${databricksUrl}`),
      "the start of the output names the services",
    );
  });

  it("a local pull-request pipeline repeats the error of the step that failed at the end, with its report and its log", () => {
    const failed = record.jobs.flatMap(({ steps }) => steps).find(({ result }) => result === "failed")!;
    const [, end] = output.split("\nFailed steps\n");
    const [error, report, log, ...rest] = end!.split("\n");
    assert.match(error!, /^ {2}✗ .*: Could not complete 1 of 2 notebooks \(quality\): .*2 days < 0 °C\.$/);
    assert.match(report!, /^ {4}report: file:\/\/\S+\.html$/);
    assert.equal(log, `    log: ${failed.logFile}`);
    assert.match(rest.join("\n"), /^\n✗ The pipeline failed after .*\.\n$/);
  });
});

describe("a local run of a pipeline without a pull-request trigger", () => {
  it("a pipeline without a pull-request trigger does not run for a pull request, although one is open", async () => {
    const emulator = await startEmulator({ config });
    try {
      await runPipeline({
        file: path.join(import.meta.dirname, "..", "agent", "fixtures", "pipelines", "outputs.yml"),
        host: agentWorkspace(emulator),
        out: new Writable({ write: (_chunk, _encoding, done) => done() }),
      });
      assert.deepEqual(
        emulator.azureDevOps.builds.list().map(({ reason, status }) => [reason, status]),
        [["manual", "completed"]],
      );
    } finally {
      await emulator.stop();
    }
  });
});
