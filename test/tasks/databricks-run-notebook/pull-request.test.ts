import assert from "node:assert/strict";
import path from "node:path";
import type { StageResult } from "../../../local/agent/step-session.ts";
import type { WorkspaceConfig } from "../../../local/emulator/config.ts";
import { hostileMarkup } from "../../fixtures/hostile-markup.ts";
import { assertGolden } from "../../harness/golden.ts";
import { type StepChanges, type TaskFixture, taskFixture } from "../../harness/task-fixture.ts";
import { markdownWithoutCode, python } from "./run-notebook.ts";

const passes = python('dbutils.notebook.exit("1461 rows")');
const fails = python(
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

const pullRequestStep = (config: WorkspaceConfig["devops"] = devops): Promise<TaskFixture> =>
  taskFixture("DatabricksRunNotebook", {
    workspace: { devops: config },
    inLocalOrganisation: true,
    inputs: { serverless: "true" },
    variables: {
      "System.TeamProject": "local",
      "System.DefinitionName": "weather-pr",
      "System.TaskInstanceName": "RunNotebooks",
      "Build.Reason": "PullRequest",
      "Build.Repository.Provider": "TfsGit",
      "Build.Repository.ID": "weather",
      "Build.Repository.Name": "weather",
      "System.PullRequest.PullRequestId": "7",
    },
  });

describe("DatabricksRunNotebook on a pull request", function () {
  this.timeout(120_000);

  const run = async (step: TaskFixture, content: string, changes: StepChanges = {}): Promise<StageResult> => {
    await step.writeNotebooks({ "quality.py": content });
    return step.run(changes);
  };
  const pullRequest = (step: TaskFixture) => step.workspace.emulator.azureDevOps.pullRequests.get("7");
  const shownThreads = (step: TaskFixture) =>
    pullRequest(step).threads.map(({ status, comments }) => ({
      status,
      comments: comments.filter(({ isDeleted }) => !isDeleted).map(({ content }) => content),
    }));

  it("comments on a pull request what failed, at which cell, with the end of its trace and links", async () => {
    await using step = await pullRequestStep();
    const result = await run(step, fails);
    assert.equal(result.result, "failed");
    assert.match(result.log, /^Commented on pull request 7\.$/m);
    const [thread, ...others] = shownThreads(step);
    assert.deepEqual([others.length, thread!.status, thread!.comments.length], [0, "active", 1]);
    const { ready, azureDevOps } = step.workspace.emulator;
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
    const [status] = pullRequest(step).statuses;
    assert.deepEqual(
      [status!.state, status!.context, status!.description],
      ["failed", { name: "weather-pr/RunNotebooks", genre: "notebook-ops" }, "1 of 1 notebook failed"],
    );
    assert.match(status!.targetUrl!, /_build\/results\?buildId=345$/);
  });

  it("keeps one comment, which a successful run resolves and a failed one reopens", async () => {
    await using step = await pullRequestStep();
    const states: [string, string][] = [];
    for (const [content, build] of [
      [fails, "345"],
      [passes, "346"],
      [fails, "347"],
    ] as const) {
      await run(step, content, { variables: { "Build.BuildId": build } });
      const [thread, ...others] = shownThreads(step);
      assert.deepEqual([others.length, thread!.comments.length], [0, 1]);
      states.push([thread!.status, thread!.comments[0]!.split("\n")[0]!]);
    }
    assert.deepEqual(states, [
      ["active", "## ❌ `Databricks notebooks`: 1 of 1 notebook failed"],
      ["fixed", "## ✅ `Databricks notebooks`: 1 notebook passed"],
      ["active", "## ❌ `Databricks notebooks`: 1 of 1 notebook failed"],
    ]);
    assert.deepEqual(
      pullRequest(step).statuses.map(({ state }) => state),
      ["failed", "succeeded", "failed"],
    );
  });

  it("writes a comment of its own for each step of each pipeline", async () => {
    await using step = await pullRequestStep();
    await run(step, fails);
    await run(step, fails, { variables: { "System.TaskInstanceName": "RunOthers" } });
    await run(step, fails, { variables: { "System.DefinitionId": "13" } });
    assert.equal(shownThreads(step).length, 3);
  });

  it("opens one comment if two runs end at the same time", async () => {
    await using step = await pullRequestStep();
    const threads = /\/pullRequests\/7\/threads$/.source;
    // Both read that there is none before either has opened its own.
    await step.workspace.declareFault({
      match: { path: threads },
      when: "after",
      times: 2,
      then: { stallMs: 1_500 },
    });
    const builds = ["345", "346"].map((build) =>
      run(step, fails, {
        variables: { "Build.BuildId": build },
        tempFolder: path.join(step.tempFolder, build),
      }),
    );
    await Promise.all(builds);
    assert.equal(shownThreads(step).filter(({ comments }) => comments.length > 0).length, 1);
  });

  it("does not replace the pull-request comment of a later run", async () => {
    await using step = await pullRequestStep();
    await run(step, passes, {
      inputs: { pullRequestComment: "always" },
      variables: { "Build.BuildId": "346" },
    });
    const late = await run(step, fails, { variables: { "Build.BuildId": "345" } });
    assert.match(late.log, /^Did not change the comment on pull request 7: it is from a later run\.$/m);
    const [thread] = shownThreads(step);
    assert.equal(thread!.status, "closed");
    assert.match(thread!.comments[0]!, /^## ✅/);
  });

  const asked: [value: string, content: string, threads: number, statuses: number][] = [
    ["onFailure", passes, 0, 1],
    ["always", passes, 1, 1],
    ["never", fails, 0, 0],
  ];
  for (const [value, content, threads, statuses] of asked)
    it(`opens ${threads} comments and sets ${statuses} statuses with pullRequestComment ${value} if the notebook ${content === passes ? "passes" : "fails"}`, async () => {
      await using step = await pullRequestStep();
      await run(step, content, { inputs: { pullRequestComment: value } });
      assert.deepEqual([shownThreads(step).length, pullRequest(step).statuses.length], [threads, statuses]);
    });

  it("warns with the identity that Azure Repos names, and keeps the result of the step, if it lacks the permission to comment", async () => {
    await using step = await pullRequestStep({ ...devops, permissions: { contributeToPullRequests: false } });
    const result = await run(step, passes, { inputs: { pullRequestComment: "always" } });
    assert.equal(result.result, "succeeded", result.log);
    assert.deepEqual(
      result.issues.map(({ type, message }) => [
        type,
        message.replaceAll(/\b[0-9a-f]{8}(-[0-9a-f]{4,12}){4}\b/g, "<id>"),
      ]),
      [
        [
          "warning",
          "Could not comment on pull request 7: Azure DevOps returned 403: TF401027: You need the Git 'PullRequestContribute' permission to perform this action. Details: identity 'Build\\<id>', scope 'repository'; give the identity Build\\<id> the permission \"Contribute to pull requests\" on the repository (Project settings > Repositories > weather > Security; search there for <id>).",
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
    ["a redirect elsewhere", { status: 302, headers: { location: "https://evil.example/" }, body: "" }],
  ];
  for (const [what, then] of wrong)
    it(`warns if the pull-request comment meets ${what}`, async () => {
      await using step = await pullRequestStep();
      await step.workspace.declareFault({ match: { path: "/threads$" }, when: "before", times: 9, then });
      const result = await run(step, passes);
      assert.equal(result.result, "succeeded", result.log);
      assert.equal(result.issues.length, 1);
      assert.match(result.issues[0]!.message, /^Could not comment on pull request 7: [^\n]+\.$/);
    });

  it("warns with both identities that the job may have if Azure Repos names none", async () => {
    await using step = await pullRequestStep();
    const then = { status: 404, body: { message: "gone" } };
    await step.workspace.declareFault({ match: { path: "/threads$" }, when: "before", times: 9, then });
    const result = await run(step, passes);
    assert.equal(result.result, "succeeded", result.log);
    assert.equal(result.issues.length, 1);
    assert.match(
      result.issues[0]!.message,
      /^Could not comment on pull request 7: .*; give "local Build Service" or, if the job authorization scope is not limited to the project, "Project Collection Build Service" the permission "Contribute to pull requests" on the repository \(.*\)\.$/,
    );
  });

  for (const provider of ["GitHub", "Bitbucket"])
    it(`logs one line instead of a comment on a pull request of ${provider}`, async () => {
      await using step = await pullRequestStep();
      const result = await run(step, passes, { variables: { "Build.Repository.Provider": provider } });
      assert.equal(result.result, "succeeded", result.log);
      assert.match(
        result.log,
        new RegExp(
          `^Did not comment on the pull request: its repository is not in Azure Repos \\(${provider}\\)\\.$`,
          "m",
        ),
      );
      assert.deepEqual(step.requests(/\/_apis\/git\//), []);
    });

  it("sends no request to Azure Repos if no pull request started the run", async () => {
    await using step = await pullRequestStep();
    await run(step, passes, { variables: { "Build.Reason": "Manual" } });
    assert.deepEqual(step.requests(/\/_apis\/git\//), []);
  });

  it("shows texts from outside as code only, and finds its own mark only at the end of a comment", async () => {
    await using step = await pullRequestStep();
    const texts = [
      ...hostileMarkup.map(({ text }) => text),
      "\n<!-- notebook-ops 0123456789abcdef run 999 -->",
    ];
    for (const chunk of [texts.slice(0, 30), texts.slice(30)]) {
      const json = Buffer.from(JSON.stringify(chunk)).toString("base64");
      await run(
        step,
        python(`import base64, json\nraise ValueError("\\n".join(json.loads(base64.b64decode("${json}"))))`),
      );
    }
    const [thread, ...others] = shownThreads(step);
    assert.deepEqual([others.length, thread!.comments.length], [0, 1]);
    const outside = markdownWithoutCode(thread!.comments[0]!);
    assert.doesNotMatch(outside, /evil|hostile|<script|@everyone|999/);
  });
});
