import assert from "node:assert/strict";
import type { DevopsPermissions } from "../../../local/emulator/azure-devops/config.ts";
import { type Emulator, startEmulator } from "../../../local/emulator/index.ts";
import { proves } from "../proof.ts";
import { connect, run } from "./node-client.ts";

const git = `${connect}
  const git = await api.getGitApi();
  const [repository, id, project] = ["weather", 7, "local"];
`;

describe("pull requests, by azure-devops-node-api", () => {
  let workspace: Emulator;

  const start = async (permissions: DevopsPermissions = {}) => {
    const pullRequest = {
      ...{ id: 7, repository: "weather", title: "Forecast by the hour" },
      ...{ sourceBranch: "refs/heads/hourly", targetBranch: "refs/heads/main" },
    };
    workspace = await startEmulator({
      config: { devops: { permissions, pullRequests: [pullRequest] }, spark: { master: "none" } },
    });
  };

  afterEach(() => workspace.stop());

  it("pull requests of the local Azure DevOps are those of the config, by number and by repository", async () => {
    await start();

    const seen = await run(
      workspace,
      `${git}
      const found = await git.getPullRequestById(id, project);
      const again = await git.getPullRequest(found.repository.id, id);
      answer([
        found.title, found.sourceRefName, again.pullRequestId,
        (await git.getRepository(repository, project)).id === found.repository.id,
        await git.getPullRequestById(8, project),
        await git.getPullRequest("storm", id, project),
      ]);`,
    );

    assert.deepEqual(seen, ["Forecast by the hour", "refs/heads/hourly", 7, true, null, null]);
    proves(
      workspace,
      "azure-devops-node-api",
      "azure-devops GET /{organisation}/{project?}/_apis/git/repositories/{repository}",
      "azure-devops GET /{organisation}/{project?}/_apis/git/pullRequests/{pullRequest}",
      "azure-devops GET /{organisation}/{project?}/_apis/git/repositories/{repository}/pullRequests/{pullRequest}",
    );
  });

  it("pull requests of the local Azure DevOps have threads that can be opened, answered, resolved and opened again", async () => {
    await start();

    const seen = await run(
      workspace,
      `${git}
      const opened = await git.createThread({
        comments: [{ parentCommentId: 0, content: "hourly.py failed", commentType: 1 }],
        status: 1,
        properties: { pipeline: "weather" },
      }, repository, id, project);
      const reply = await git.createComment({ parentCommentId: 1, content: "again" }, repository, id, opened.id, project);
      await git.updateComment({ content: "hourly.py failed twice" }, repository, id, opened.id, 1, project);
      const fixed = await git.updateThread({ status: 2 }, repository, id, opened.id, project);
      await git.deleteComment(repository, id, opened.id, reply.id, project);
      const [listed] = await git.getThreads(repository, id, project);
      const same = await git.getPullRequestThread(repository, id, opened.id, project);
      const comments = await git.getComments(repository, id, opened.id, project);
      const first = await git.getComment(repository, id, opened.id, 1, project);
      const reopened = await git.updateThread({ status: 1 }, repository, id, opened.id, project);
      answer([
        [opened.status, fixed.status, listed.status, same.status, reopened.status],
        listed.properties.pipeline,
        comments.map(({ id, content, isDeleted }) => [id, content, isDeleted]),
        [first.content, first.author.displayName],
      ]);`,
    );

    assert.deepEqual(seen, [
      [1, 2, 2, 2, 1],
      { $type: "System.String", $value: "weather" },
      [
        [1, "hourly.py failed twice", null],
        [2, null, true],
      ],
      ["hourly.py failed twice", "Project Collection Build Service (local)"],
    ]);
    proves(
      workspace,
      "azure-devops-node-api",
      "azure-devops GET /{organisation}/{project?}/_apis/git/repositories/{repository}/pullRequests/{pullRequest}/threads",
      "azure-devops POST /{organisation}/{project?}/_apis/git/repositories/{repository}/pullRequests/{pullRequest}/threads",
      "azure-devops GET /{organisation}/{project?}/_apis/git/repositories/{repository}/pullRequests/{pullRequest}/threads/{thread}",
      "azure-devops PATCH /{organisation}/{project?}/_apis/git/repositories/{repository}/pullRequests/{pullRequest}/threads/{thread}",
      "azure-devops GET /{organisation}/{project?}/_apis/git/repositories/{repository}/pullRequests/{pullRequest}/threads/{thread}/comments",
      "azure-devops POST /{organisation}/{project?}/_apis/git/repositories/{repository}/pullRequests/{pullRequest}/threads/{thread}/comments",
      "azure-devops GET /{organisation}/{project?}/_apis/git/repositories/{repository}/pullRequests/{pullRequest}/threads/{thread}/comments/{comment}",
      "azure-devops PATCH /{organisation}/{project?}/_apis/git/repositories/{repository}/pullRequests/{pullRequest}/threads/{thread}/comments/{comment}",
      "azure-devops DELETE /{organisation}/{project?}/_apis/git/repositories/{repository}/pullRequests/{pullRequest}/threads/{thread}/comments/{comment}",
    );
  });

  it("pull requests of the local Azure DevOps have statuses by which a policy can decide", async () => {
    await start();

    const seen = await run(
      workspace,
      `${git}
      const context = { genre: "notebook-ops", name: "weather" };
      const status = (state) => git.createPullRequestStatus({ state, context, description: "x" }, repository, id, project);
      const [failed, succeeded] = [await status(3), await status(2)];
      const one = await git.getPullRequestStatus(repository, id, succeeded.id, project);
      await git.deletePullRequestStatus(repository, id, failed.id, project);
      const left = await git.getPullRequestStatuses(repository, id, project);
      answer([one.state, one.context, left.map(({ id, state }) => [id, state])]);`,
    );

    assert.deepEqual(seen, [2, { name: "weather", genre: "notebook-ops" }, [[2, 2]]]);
    proves(
      workspace,
      "azure-devops-node-api",
      "azure-devops GET /{organisation}/{project?}/_apis/git/repositories/{repository}/pullRequests/{pullRequest}/statuses",
      "azure-devops POST /{organisation}/{project?}/_apis/git/repositories/{repository}/pullRequests/{pullRequest}/statuses",
      "azure-devops GET /{organisation}/{project?}/_apis/git/repositories/{repository}/pullRequests/{pullRequest}/statuses/{status}",
      "azure-devops DELETE /{organisation}/{project?}/_apis/git/repositories/{repository}/pullRequests/{pullRequest}/statuses/{status}",
    );
  });

  it("pull requests of the local Azure DevOps can only be read without the permission to contribute", async () => {
    await start({ contributeToPullRequests: false });

    const seen = (await run(
      workspace,
      `${git}
      answer([
        await refused(git.createThread({ comments: [{ content: "x" }] }, repository, id, project)),
        await refused(git.createPullRequestStatus({ state: 2, context: { name: "x" } }, repository, id, project)),
        await git.getThreads(repository, id, project),
      ]);`,
    )) as [[number, string], [number, string], unknown[]];

    const [thread, status, threads] = seen;
    assert.deepEqual([thread[0], status[0], threads], [403, 403, []]);
    for (const [, message] of [thread, status])
      assert.match(
        message,
        /^TF401027: You need the Git 'PullRequestContribute' permission to perform this action\. Details: identity 'Build\\/,
      );
  });
});
