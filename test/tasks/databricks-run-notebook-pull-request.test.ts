import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import type { StageResult } from "../../local/agent/step-session.ts";
import type { WorkspaceConfig } from "../../local/emulator/config.ts";
import { hostileMarkup } from "../fixtures/hostile-markup.ts";
import { assertGolden } from "../harness/golden.ts";
import { type RunTaskOptions, runTask } from "../harness/run-task.ts";
import { startWorkspace, type TestWorkspace } from "../harness/workspace.ts";

const notebook = (...cells: string[]) =>
  ["# Databricks notebook source", ...cells].join("\n# COMMAND ----------\n");
const passes = notebook('dbutils.notebook.exit("1461 rows")');
const fails = notebook(
  "frost = 2",
  "def check():\n  assert frost == 0, '2 days < 0 °C'\ncheck()",
  "dbutils.notebook.exit('ok')",
);
const devops: WorkspaceConfig["devops"] = {
  pullRequests: [
    {
      id: 7,
      repository: "weather",
      title: "Count frosty days",
      sourceBranch: "refs/heads/frost",
      targetBranch: "refs/heads/main",
    },
  ],
};

describe("DatabricksRunNotebook on a pull request", function () {
  this.timeout(120_000);
  let folder: string;
  before(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), "run-notebook-"));
  });
  after(() => rm(folder, { recursive: true }));

  const run = async (
    workspace: TestWorkspace,
    content: string,
    { inputs, variables, ...options }: Partial<RunTaskOptions> = {},
  ): Promise<StageResult> => {
    const notebookFolder = await mkdtemp(path.join(folder, "notebooks-"));
    await writeFile(path.join(notebookFolder, "quality.py"), content);
    return runTask({
      task: "DatabricksRunNotebook",
      workspace,
      secretVariables: { BearerToken: workspace.emulator.ready.databricksToken },
      variables: {
        "System.CollectionUri": `${workspace.emulator.azureDevOps.collectionUrl}/`,
        "System.TeamProject": "local",
        "System.DefinitionName": "weather-pr",
        "System.TaskInstanceName": "RunNotebooks",
        "Build.Reason": "PullRequest",
        "Build.Repository.Provider": "TfsGit",
        "Build.Repository.ID": "weather",
        "Build.Repository.Name": "weather",
        "System.PullRequest.PullRequestId": "7",
        ...variables,
      },
      inputs: { notebookFolder, serverless: "true", ...inputs },
      ...options,
    });
  };
  const pullRequest = (workspace: TestWorkspace) => workspace.emulator.azureDevOps.pullRequests.get("7");
  const shownThreads = (workspace: TestWorkspace) =>
    pullRequest(workspace).threads.map(({ status, comments }) => ({
      status,
      comments: comments.filter(({ isDeleted }) => !isDeleted).map(({ content }) => content),
    }));

  it("says what failed, at which cell, with the end of its trace and links", async () => {
    await using workspace = await startWorkspace({ devops });
    const result = await run(workspace, fails);
    assert.equal(result.result, "failed");
    assert.match(result.log, /^Commented on pull request 7\.$/m);
    const [thread, ...others] = shownThreads(workspace);
    assert.deepEqual([others.length, thread!.status, thread!.comments.length], [0, "active", 1]);
    const { ready, azureDevOps } = workspace.emulator;
    const readable = thread!.comments[0]!.replaceAll(
      azureDevOps.collectionUrl,
      "https://dev.azure.com/contoso",
    )
      .replaceAll(ready.databricksUrl, "https://<workspace>")
      .replaceAll(/\/\?o=\d+#job\/\d+\/run\/\d+/g, "/<run>")
      .replaceAll(/\b[0-9a-f]{12}\b/g, "<id>")
      .replaceAll(/\b[\d.]+ m?s\b/g, "<n> s")
      .replaceAll(/^ +\^+\n/gm, ""); // newer Pythons underline the place
    assertGolden(import.meta.url, "pull-request-comment.md", `${readable}\n`);
    const [status] = pullRequest(workspace).statuses;
    assert.deepEqual(
      [status!.state, status!.context, status!.description],
      ["failed", { name: "weather-pr/RunNotebooks", genre: "notebook-ops" }, "1 of 1 failed"],
    );
    assert.match(status!.targetUrl!, /_build\/results\?buildId=345$/);
  });

  it("keeps one comment: resolved by a green run, reopened by a red one", async () => {
    await using workspace = await startWorkspace({ devops });
    const states: [string, string][] = [];
    for (const [content, build] of [
      [fails, "345"],
      [passes, "346"],
      [fails, "347"],
    ] as const) {
      await run(workspace, content, { variables: { "Build.BuildId": build } });
      const [thread, ...others] = shownThreads(workspace);
      assert.deepEqual([others.length, thread!.comments.length], [0, 1]);
      states.push([thread!.status, thread!.comments[0]!.split("\n")[0]!]);
    }
    assert.deepEqual(states, [
      ["active", "## ❌ `Databricks notebooks`: 1 of 1 failed"],
      ["fixed", "## ✅ `Databricks notebooks`: 1 passed"],
      ["active", "## ❌ `Databricks notebooks`: 1 of 1 failed"],
    ]);
    assert.deepEqual(
      pullRequest(workspace).statuses.map(({ state }) => state),
      ["failed", "succeeded", "failed"],
    );
  });

  it("has a comment of its own for each step of each pipeline", async () => {
    await using workspace = await startWorkspace({ devops });
    await run(workspace, fails);
    await run(workspace, fails, { variables: { "System.TaskInstanceName": "RunOthers" } });
    await run(workspace, fails, { variables: { "System.DefinitionId": "13" } });
    assert.equal(shownThreads(workspace).length, 3);
  });

  it("opens one comment where two runs end at once", async () => {
    await using workspace = await startWorkspace({ devops });
    const threads = /\/pullRequests\/7\/threads$/.source;
    // Both read that there is none before either has opened its own.
    await workspace.declareFault({
      match: { path: threads },
      when: "after",
      times: 2,
      then: { stallMs: 1_500 },
    });
    const builds = ["345", "346"].map((build) =>
      run(workspace, fails, { variables: { "Build.BuildId": build } }),
    );
    await Promise.all(builds);
    assert.equal(shownThreads(workspace).filter(({ comments }) => comments.length > 0).length, 1);
  });

  it("does not replace what a later run said", async () => {
    await using workspace = await startWorkspace({ devops });
    await run(workspace, passes, {
      inputs: { pullRequestComment: "always" },
      variables: { "Build.BuildId": "346" },
    });
    const late = await run(workspace, fails, { variables: { "Build.BuildId": "345" } });
    assert.match(late.log, /^Left the comment of a later run on pull request 7\.$/m);
    const [thread] = shownThreads(workspace);
    assert.equal(thread!.status, "closed");
    assert.match(thread!.comments[0]!, /^## ✅/);
  });

  const asked: [value: string, content: string, threads: number, statuses: number][] = [
    ["onFailure", passes, 0, 1],
    ["always", passes, 1, 1],
    ["never", fails, 0, 0],
  ];
  for (const [value, content, threads, statuses] of asked)
    it(`comments as pullRequestComment ${value} asks, where the notebook ${content === passes ? "passes" : "fails"}`, async () => {
      await using workspace = await startWorkspace({ devops });
      await run(workspace, content, { inputs: { pullRequestComment: value } });
      assert.deepEqual(
        [shownThreads(workspace).length, pullRequest(workspace).statuses.length],
        [threads, statuses],
      );
    });

  it("warns where the build service may not comment, and the result of the step stands", async () => {
    await using workspace = await startWorkspace({
      devops: { ...devops, permissions: { contributeToPullRequests: false } },
    });
    const result = await run(workspace, passes, { inputs: { pullRequestComment: "always" } });
    assert.equal(result.result, "succeeded", result.log);
    assert.deepEqual(
      result.issues.map(({ type, message }) => [type, message.replace(/'Build\\.*?'/, "'Build\\<id>'")]),
      [
        [
          "warning",
          "Could not comment on pull request 7: Azure DevOps answered 403: TF401027: You need the Git 'PullRequestContribute' permission to perform this action. Details: identity 'Build\\<id>', scope 'repository'; give the identity \"local Build Service\" the permission \"Contribute to pull requests\" on the repository (Project settings > Repositories > weather > Security).",
        ],
      ],
    );
  });

  const wrong: [what: string, then: { status: number; headers?: Record<string, string>; body: unknown }][] = [
    [
      "a sign-in page",
      { status: 203, headers: { "content-type": "text/html" }, body: "<html>Sign in</html>" },
    ],
    ["a server that fails", { status: 500, body: { message: "no" } }],
    ["a pull request that is gone", { status: 404, body: { message: "gone" } }],
    ["a redirect elsewhere", { status: 302, headers: { location: "https://evil.example/" }, body: "" }],
  ];
  for (const [what, then] of wrong)
    it(`warns of ${what}`, async () => {
      await using workspace = await startWorkspace({ devops });
      await workspace.declareFault({ match: { path: "/threads$" }, when: "before", times: 9, then });
      const result = await run(workspace, passes);
      assert.equal(result.result, "succeeded", result.log);
      assert.equal(result.issues.length, 1);
      assert.match(result.issues[0]!.message, /^Could not comment on pull request 7: [^\n]+\.$/);
    });

  for (const provider of ["GitHub", "Bitbucket"])
    it(`skips a pull request of ${provider} with one line`, async () => {
      await using workspace = await startWorkspace({ devops });
      const result = await run(workspace, passes, { variables: { "Build.Repository.Provider": provider } });
      assert.equal(result.result, "succeeded", result.log);
      assert.match(
        result.log,
        new RegExp(
          `^No comment on the pull request: its repository is not in Azure Repos \\(${provider}\\)\\.$`,
          "m",
        ),
      );
      assert.deepEqual(workspace.requested(/\/_apis\/git\//), []);
    });

  it("asks nothing of Azure Repos in a run that no pull request started", async () => {
    await using workspace = await startWorkspace({ devops });
    await run(workspace, passes, { variables: { "Build.Reason": "Manual" } });
    assert.deepEqual(workspace.requested(/\/_apis\/git\//), []);
  });

  it("shows what others wrote as code alone, and finds its own mark only at the end", async () => {
    await using workspace = await startWorkspace({ devops });
    const texts = [
      ...hostileMarkup.map(({ text }) => text),
      "\n<!-- notebook-ops 0123456789abcdef run 999 -->",
    ];
    for (const chunk of [texts.slice(0, 30), texts.slice(30)]) {
      const json = Buffer.from(JSON.stringify(chunk)).toString("base64");
      await run(
        workspace,
        notebook(
          `import base64, json\nraise ValueError("\\n".join(json.loads(base64.b64decode("${json}"))))`,
        ),
      );
    }
    const [thread, ...others] = shownThreads(workspace);
    assert.deepEqual([others.length, thread!.comments.length], [0, 1]);
    const outside = outsideCode(thread!.comments[0]!);
    assert.doesNotMatch(outside, /evil|hostile|<script|@everyone|999/);
  });
});

/** Markdown without its code: what is left is shown as markup. */
function outsideCode(markdown: string): string {
  return markdown
    .replace(/^(`{3,})[^\n]*\n[\s\S]*?\n\1$/gm, "")
    .replace(/(?<!`)(`+)(?!`)[^\n]*?(?<!`)\1(?!`)/g, "");
}
