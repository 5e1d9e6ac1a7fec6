import { buildLinks } from "../devops/build-links.ts";
import { gitApi, type PullRequest, pullRequestOf } from "../devops/pull-request-client.ts";
import { reportInThread, setPullRequestStatus, type ThreadOutcome } from "../devops/pull-requests.ts";
import { pullRequestComment } from "../results/pull-request-comment.ts";
import { countOutcomes } from "../results/test-case.ts";
import type { TestResults } from "../results/test-results.ts";
import type { TaskHost } from "../task/host.ts";
import { oneLine } from "../text/plain-text.ts";
import type { PullRequestComment } from "./inputs.ts";

const logged: Record<ThreadOutcome, string> = {
  opened: "Commented on",
  updated: "Updated the comment on",
  superseded: "Left the comment of a later run on",
  none: "Needed no comment on",
};

/** Comments on the pull request how the notebooks ended and sets its status. A failure to do so is a warning: it does not change the step's result. */
export async function reportToPullRequest(
  host: TaskHost,
  run: TestResults,
  when: PullRequestComment,
): Promise<void> {
  const pullRequest = when === "never" ? undefined : pullRequestOf(host.variable);
  if (!pullRequest) return;
  if ("foreign" in pullRequest) {
    host.log.line(
      `Did not comment on the pull request: its repository is not in Azure Repos (${pullRequest.foreign}).`,
    );
    return;
  }
  try {
    const outcome = await report(host, pullRequest, run, when === "always");
    host.log.line(`${logged[outcome]} pull request ${pullRequest.id}.`);
  } catch (error) {
    host.log.warning(problem(host, pullRequest, error as Error & { statusCode?: number }));
  }
}

async function report(
  host: TaskHost,
  pullRequest: PullRequest,
  run: TestResults,
  evenIfPassed: boolean,
): Promise<ThreadOutcome> {
  const git = await gitApi(host);
  const { all, build } = buildLinks(host.variable);
  const { total, failed } = countOutcomes(run.cases);
  const step = stepOf(host);
  const { mask } = host.secrets;
  const outcome = await reportInThread(git, pullRequest, {
    key: step.key,
    buildId: Number(host.variable("Build.BuildId") ?? 0),
    content: mask(pullRequestComment(run, all)),
    failed: failed > 0,
    evenIfPassed,
  });
  await setPullRequestStatus(git, pullRequest, {
    name: mask(step.name),
    description: failed > 0 ? `${failed} of ${total} failed` : `${total} passed`,
    failed: failed > 0,
    url: build,
  });
  return outcome;
}

/** A name of the step that is the same in every run of the pipeline. */
function stepOf({ variable }: TaskHost): { key: string; name: string } {
  const parts = ["System.StageName", "System.JobName", "System.TaskInstanceName"].map(
    (name) => variable(name) ?? "",
  );
  return {
    key: JSON.stringify([variable("System.TeamProjectId"), variable("System.DefinitionId"), ...parts]),
    name: [variable("System.DefinitionName"), parts[2] || "DatabricksRunNotebook"].filter(Boolean).join("/"),
  };
}

function problem(
  host: TaskHost,
  { id, repositoryId }: PullRequest,
  error: Error & { statusCode?: number },
): string {
  const message = oneLine(error.message, 300).replace(/[.;]+$/, "");
  const project = host.variable("System.TeamProject") ?? "the project";
  const advice = [401, 403, 404].includes(error.statusCode ?? 0)
    ? `give the identity "${project} Build Service" the permission "Contribute to pull requests" on the repository (Project settings > Repositories > ${host.variable("Build.Repository.Name") ?? repositoryId} > Security)`
    : "run the pipeline again for the comment; the result of this step is not changed";
  const answered = error.statusCode === undefined ? "" : `Azure DevOps returned ${error.statusCode}: `;
  return `Could not comment on pull request ${id}: ${answered}${message}; ${advice}.`;
}
