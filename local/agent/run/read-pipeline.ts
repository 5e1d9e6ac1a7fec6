import { DateTime } from "../expressions/date-time.ts";
import { Sources } from "../sources/sources.ts";
import { collectPipeline } from "../yaml/parse-pipeline.ts";
import type { Pipeline } from "../yaml/pipeline.ts";
import { PipelineRefused, Problems } from "../yaml/problems.ts";
import { runsForPullRequests } from "../yaml/triggers.ts";
import type { OpenPullRequest } from "./build-server.ts";
import { pullRequestVariables, runVariables, templateVariables } from "./predefined-variables.ts";
import { refuseReadOnly } from "./read-only-variables.ts";
import { findRepository, type Repository } from "./repository.ts";
import { type ResolvedStep, resolveSteps } from "./resolve-tasks.ts";
import type { PipelineHost, PipelineOptions } from "./run-types.ts";

/** What a pipeline can name of its host, which is known before the host has started. */
export interface PlannedHost extends Pick<PipelineHost, "variables" | "variableGroups" | "taskFolders"> {
  endpoints: readonly { id: string; name: string }[];
  pullRequest?: Pick<OpenPullRequest, "id" | "repository" | "sourceBranch" | "targetBranch"> | undefined;
}

type PlannedRun = Pick<PipelineOptions, "file" | "variables" | "parameters" | "skipUnsupported"> & {
  host: PlannedHost;
};

/**
 * Finds out whether the pipeline can run, before the host starts. Only the addresses of the host are not known yet.
 * @throws PipelineRefused with all mistakes and unsupported constructs in the pipeline
 */
export async function checkPipeline({ host, ...options }: PlannedRun): Promise<void> {
  const repository = await findRepository(options.file);
  const pullRequest = runsForPullRequests(options.file) ? host.pullRequest : undefined;
  const { url: repositoryUrl } = new Sources(repository, "", host.variables["System.CollectionUri"]);
  const startTime = new DateTime(Date.now());
  const planned = { ...options, host: { ...host, pullRequest } };
  await readPipeline(
    planned,
    repository,
    predefinedVariables(planned, { repository, repositoryUrl, buildId: 0, startTime }),
  );
}

/** The predefined variables of a run: those of the host and of its pull request have the last word. */
export function predefinedVariables(
  { file, host: { pullRequest, variables } }: PlannedRun,
  run: Omit<Parameters<typeof runVariables>[0], "pipelineFile">,
): Record<string, string> {
  return {
    ...runVariables({ ...run, pipelineFile: file }),
    ...(pullRequest ? pullRequestVariables(pullRequest) : {}),
    ...variables,
  };
}

/**
 * Reads the pipeline and resolves all of its steps before the first one runs, so that all that is wrong or not supported is told at once.
 * @throws PipelineRefused for a mistake, for what is not supported unless it may be skipped, and if nothing would be left to run
 */
export async function readPipeline(
  { file, host, variables = {}, parameters = {}, skipUnsupported = false }: PlannedRun,
  repository: Repository,
  predefined: Record<string, string>,
): Promise<{ pipeline: Pipeline; steps: ResolvedStep[]; unsupported: string[] }> {
  refuseReadOnly(variables, predefined);
  const problems = new Problems();
  const { variableGroups } = host;
  const known = { ...templateVariables(predefined), ...variables };
  const source = { file, parameters, variables: known, variableGroups, repositoryRoot: repository.root };
  const pipeline = collectPipeline(source, problems);
  const steps: ResolvedStep[] = [];
  for (const job of pipeline.stages.flatMap((stage) => stage.jobs))
    if (job.unsupported === undefined) steps.push(...(await resolveSteps(job, host, problems)));
  const unsupported = problems.refuse({ skipUnsupported });
  const runs = (step: ResolvedStep) =>
    step.implementation.kind !== "none" && step.definition.task !== "Checkout";
  if (unsupported.length > 0 && !steps.some(runs)) throw new PipelineRefused(unsupported);
  return { pipeline, steps, unsupported: unsupported.map(({ message }) => message) };
}
