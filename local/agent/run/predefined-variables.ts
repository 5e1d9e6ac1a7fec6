import { randomUUID } from "node:crypto";
import path from "node:path";
import type { DateTime } from "../expressions/date-time.ts";
import type { DeploymentHook } from "../yaml/pipeline.ts";
import type { OpenPullRequest } from "./build-server.ts";
import type { Repository } from "./repository.ts";

/** The predefined variables of a run, which `${{ }}` can use too. */
export function runVariables(options: {
  repository: Repository;
  repositoryUrl: string;
  buildId: number;
  pipelineFile: string;
  startTime: DateTime;
}): Record<string, string> {
  const { repository, repositoryUrl, buildId, pipelineFile, startTime } = options;
  const definition = path.basename(path.dirname(path.resolve(pipelineFile)));
  const branchName =
    repository.branch
      .replace(/^refs\/heads\//, "")
      .split("/")
      .at(-1) ?? "";
  return {
    "Build.BuildId": String(buildId),
    "Build.BuildNumber": "",
    "Build.BuildUri": `vstfs:///Build/Build/${buildId}`,
    "Build.DefinitionName": definition,
    "Build.DefinitionVersion": "1",
    "Build.QueuedBy": "notebook-ops",
    "Build.Reason": "Manual",
    "Build.Repository.Name": repository.name,
    "Build.Repository.ID": repository.name,
    "Build.Repository.Provider": "Git",
    "Build.Repository.Uri": repositoryUrl,
    "Build.RequestedFor": repository.author || "notebook-ops",
    "Build.RequestedForEmail": "",
    "Build.SourceBranch": repository.branch,
    "Build.SourceBranchName": branchName,
    "Build.SourceVersion": repository.commit,
    "Build.SourceVersionMessage": repository.message,
    "System.DefinitionId": "1",
    "System.DefinitionName": definition,
    "System.PipelineStartTime": String(startTime),
    "System.PlanId": randomUUID(),
    "System.TeamProject": "local",
    "System.TeamProjectId": "00000000-0000-4000-8000-000000000001",
    "System.CollectionId": "00000000-0000-4000-8000-000000000002",
    "System.ServerType": "Hosted",
    "System.JobAttempt": "1",
    "System.StageAttempt": "1",
    "System.PhaseAttempt": "1",
    "System.TimelineId": randomUUID(),
  };
}

/** The variables that have other values in a run for a pull request: https://learn.microsoft.com/azure/devops/pipelines/build/variables#system-variables */
export function pullRequestVariables({
  id,
  repository,
  sourceBranch,
  targetBranch,
}: Pick<OpenPullRequest, "id" | "repository" | "sourceBranch" | "targetBranch">): Record<string, string> {
  return {
    "Build.Reason": "PullRequest",
    "Build.Repository.ID": repository.id,
    "Build.Repository.Name": repository.name,
    "Build.Repository.Provider": "TfsGit",
    "Build.SourceBranch": `refs/pull/${id}/merge`,
    "Build.SourceBranchName": "merge",
    "System.PullRequest.IsFork": "False",
    "System.PullRequest.PullRequestId": String(id),
    "System.PullRequest.SourceBranch": sourceBranch,
    "System.PullRequest.TargetBranch": targetBranch,
    "System.PullRequest.TargetBranchName": targetBranch.replace(/^refs\/heads\//, ""),
  };
}

/** The predefined variables of a job, in addition to those of its run. */
export function jobVariables(names: {
  stage: string;
  stageDisplay: string;
  job: string;
  jobDisplay: string;
  work: string;
  /** The id of the job's record in the timeline. */
  jobId: string;
}): Record<string, string> {
  const inside = (name: string) => path.join(names.work, name);
  return {
    "Agent.JobName": names.jobDisplay,
    "Build.ArtifactStagingDirectory": inside("a"),
    "Build.StagingDirectory": inside("a"),
    "Build.BinariesDirectory": inside("b"),
    "Common.TestResultsDirectory": inside("TestResults"),
    "System.ArtifactsDirectory": inside("a"),
    "System.JobId": names.jobId,
    "System.JobName": names.job,
    "System.JobDisplayName": names.jobDisplay,
    "System.PhaseName": names.job,
    "System.PhaseDisplayName": names.jobDisplay,
    "System.StageName": names.stage,
    "System.StageDisplayName": names.stageDisplay || names.stage,
  };
}

/**
 * The variables of a deployment job with an environment:
 * https://learn.microsoft.com/azure/devops/pipelines/build/variables#deployment-job-variables-devops-services
 */
export function deploymentVariables(
  environment: { id: number; name: string },
  { resourceName, hook }: { resourceName: string | undefined; hook: DeploymentHook | undefined },
): Record<string, string> {
  return {
    "Environment.Name": environment.name,
    "Environment.Id": String(environment.id),
    ...(resourceName === undefined ? {} : { "Environment.ResourceName": resourceName }),
    "Strategy.Name": "runOnce",
    "Strategy.CycleName":
      hook === "preDeploy"
        ? "PreIteration"
        : hook === "failure" || hook === "success"
          ? "PostIteration"
          : "Iteration",
  };
}

/**
 * The variables that do not have a value yet when `${{ }}` is evaluated:
 * https://learn.microsoft.com/azure/devops/pipelines/build/variables#build-variables-devops-services, "Available in templates?"
 */
const notInTemplates = [
  ...[
    "Build.BuildId",
    "Build.BuildNumber",
    "Build.BuildUri",
    "Build.Repository.Provider",
    "Build.SourceVersionMessage",
  ],
  ...[
    "System.JobAttempt",
    "System.PhaseAttempt",
    "System.StageAttempt",
    "System.PlanId",
    "System.TimelineId",
  ],
];

export function templateVariables(variables: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(variables).filter(([name]) => !notInTemplates.includes(name)));
}
