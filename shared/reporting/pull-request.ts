import { buildLinks } from "../devops/build-links.ts";
import { connectAzureDevOps } from "../devops/connection.ts";
import { gitApi, type PullRequest, pullRequestOf } from "../devops/pull-request-client.ts";
import { reportInThread, setPullRequestStatus, type ThreadOutcome } from "../devops/pull-requests.ts";
import { pullRequestComment } from "../results/pull-request-comment.ts";
import { verdictText } from "../results/report/words.ts";
import { outcomeOf, sumsOf } from "../results/result-sums.ts";
import type { TestResults } from "../results/test-results.ts";
import type { TaskHost } from "../task/host.ts";
import { couldNot } from "../text/could-not.ts";
import { oneLine } from "../text/plain-text.ts";
import type { PullRequestComment } from "./inputs.ts";
import { originOf } from "./run-origin.ts";

const logLines: Record<ThreadOutcome, (id: number) => string> = {
  opened: (id) => `Commented on pull request ${id}.`,
  updated: (id) => `Updated the comment on pull request ${id}.`,
  superseded: (id) => `Did not change the comment on pull request ${id}: it is from a later run.`,
  none: (id) => `Did not comment on pull request ${id}: no test failed.`,
};

/** Comments on the pull request and sets its status. If that fails, it logs a warning and does not change the result of the step. */
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
    host.log.line(logLines[outcome](pullRequest.id));
  } catch (error) {
    host.log.warning(failureWarning(host, pullRequest, error as Error & { statusCode?: number }));
  }
}

async function report(
  host: TaskHost,
  pullRequest: PullRequest,
  run: TestResults,
  evenIfPassed: boolean,
): Promise<ThreadOutcome> {
  const caFile = host.variable("Agent.CAInfo");
  const git = await gitApi(connectAzureDevOps(host), { network: host.network, caFile });
  const { all, build } = buildLinks(host.variable);
  const sums = sumsOf(run);
  const failed = outcomeOf(sums) === "failed";
  const step = stepOf(host);
  const { mask } = host.secrets;
  const outcome = await reportInThread(git, pullRequest, {
    key: step.key,
    buildId: Number(host.variable("Build.BuildId") ?? 0),
    content: mask(pullRequestComment(run, all, originOf(host.variable))),
    failed,
    evenIfPassed,
  });
  await setPullRequestStatus(git, pullRequest, {
    name: mask(step.name),
    description: verdictText(sums),
    failed,
    url: build,
  });
  return outcome;
}

/** The key and the name of the step, which are the same in every run of the pipeline. */
function stepOf({ variable }: TaskHost): { key: string; name: string } {
  const parts = ["System.StageName", "System.JobName", "System.TaskInstanceName"].map(
    (name) => variable(name) ?? "",
  );
  return {
    key: JSON.stringify([variable("System.TeamProjectId"), variable("System.DefinitionId"), ...parts]),
    name: [variable("System.DefinitionName"), parts[2] || "DatabricksRunNotebook"].filter(Boolean).join("/"),
  };
}

function failureWarning(
  host: TaskHost,
  { id, repositoryId }: PullRequest,
  error: Error & { statusCode?: number },
): string {
  const message = oneLine(error.message, 300);
  const page = `Project settings > Repositories > ${host.variable("Build.Repository.Name") ?? repositoryId} > Security`;
  const advice = [401, 403, 404].includes(error.statusCode ?? 0)
    ? permissionAdvice(host, page, error.message)
    : "the result of this step does not change, so run the pipeline again only if you need the comment";
  const status = error.statusCode === undefined ? "" : `Azure DevOps returned ${error.statusCode}: `;
  return couldNot(`comment on pull request ${id}`, `${status}${message}`, advice);
}

/**
 * Which identity the job's token belongs to depends on the setting "Limit job authorization scope to current project". Azure Repos names it by
 * an id, which the page finds: https://github.com/shayki5/azure-devops-create-pr-task/issues/46
 */
function permissionAdvice({ variable }: TaskHost, page: string, message: string): string {
  const id = /identity 'Build\\([0-9a-f-]{36})'/i.exec(message)?.[1];
  if (id !== undefined)
    return `give the identity Build\\${id} the permission "Contribute to pull requests" on the repository (${page}; search there for ${id})`;
  const project = variable("System.TeamProject") ?? "the project";
  return `give "${project} Build Service" or, if the job authorization scope is not limited to the project, "Project Collection Build Service" the permission "Contribute to pull requests" on the repository (${page})`;
}
