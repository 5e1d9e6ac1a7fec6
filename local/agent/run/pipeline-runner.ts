import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { SecretMasker } from "../commands/secret-masker.ts";
import { DateTime } from "../expressions/date-time.ts";
import { Artifacts } from "../publish/artifacts.ts";
import { keepTestFiles, type PublishedTests } from "../publish/published-tests.ts";
import { Interpreters } from "../python/interpreters.ts";
import { Sources } from "../sources/sources.ts";
import { runsForPullRequests } from "../yaml/triggers.ts";
import { BuildRecorder, type BuildServer } from "./build-server.ts";
import { startVariables } from "./job-state.ts";
import { warnOfIgnored } from "./read-only-variables.ts";
import { predefinedVariables, readPipeline } from "./read-pipeline.ts";
import { Reporter } from "./reporter.ts";
import { findRepository, type Repository } from "./repository.ts";
import type { ResolvedStep } from "./resolve-tasks.ts";
import type { RunContext } from "./run-context.ts";
import { makeRunFolders, type RunFolders } from "./run-folders.ts";
import { numberOf } from "./run-number.ts";
import { RunTimeline } from "./run-timeline.ts";
import type { PipelineOptions, PipelineRecord, RunResult } from "./run-types.ts";
import { StageRunner } from "./stage-runner.ts";
import { printHeader, printSummary } from "./summary.ts";

/**
 * Runs a pipeline on this machine, and writes its progress and summary to `out`.
 * @throws PipelineRefused, before any step has run, with all mistakes and unsupported constructs in the pipeline
 */
export async function runPipeline(options: PipelineOptions): Promise<PipelineRecord> {
  const started = performance.now();
  const repository = await findRepository(options.file);
  const folders = await makeRunFolders();
  const run = await prepare(options, repository, folders).catch(async (error: unknown) => {
    await folders.remove();
    throw error;
  });
  try {
    printHeader(run);
    warnOfIgnored(run);
    const stages = new StageRunner(run);
    await stages.run();
    await folders.removeWork(); // before the leftovers are listed: nothing in the run uses it any more
    const record: PipelineRecord = {
      result: overall(stages, options.signal),
      jobs: stages.jobs,
      variables: maskAll(stages.variables, run.masker),
      leftovers: options.host
        .leftovers()
        .map(({ name, ...leftover }) => ({ ...leftover, name: run.masker.mask(name) })),
      unsupported: run.unsupported.map((line) => run.masker.mask(line)),
    };
    const tags = options.host.buildServer?.tags(folders.buildId) ?? [];
    run.buildTags.push(...tags.filter((tag) => !run.buildTags.includes(tag)));
    const comments = await keepComments(run);
    printSummary(run, record, { comments, durationMs: performance.now() - started });
    options.host.buildServer?.finishBuild(folders.buildId, buildResult(stages, record));
    return record;
  } finally {
    await folders.removeWork();
  }
}

async function prepare(
  options: PipelineOptions,
  repository: Repository,
  folders: RunFolders,
): Promise<RunContext> {
  const { host, file } = options;
  const masker = new SecretMasker((secret) => host.onSecret?.(secret));
  for (const secret of Object.values({ ...host.secretVariables, ...options.secrets })) masker.add(secret);
  const { buildServer } = host;
  const pullRequest = runsForPullRequests(file) ? buildServer?.pullRequest : undefined;
  const now = new Date();
  const startTime = new DateTime(now.getTime());
  const sources = new Sources(repository, folders.work, host.variables["System.CollectionUri"]);
  const { buildId } = folders;
  const given = { ...options, host: { ...host, pullRequest } };
  const predefined = predefinedVariables(given, {
    repository,
    repositoryUrl: sources.url,
    buildId,
    startTime,
  });
  const { pipeline, steps, unsupported } = await readPipeline(given, repository, predefined);
  if (checksOut(steps)) await sources.start();
  predefined["Build.SourceVersion"] = repository.commit; // `${{ }}` has seen the last commit of the user
  await mkdir(folders.logs, { recursive: true });
  let logNumber = 0;
  const publishedTests: PublishedTests[] = [];
  const variables = startVariables({
    predefined,
    definitions: pipeline.variables,
    overrides: options.variables ?? {},
    secrets: { ...host.secretVariables, ...options.secrets },
    names: { dependencies: {}, stageDependencies: {}, pipeline: { startTime } },
  });
  predefined["Build.BuildNumber"] = numberOf(pipeline, now, variables);
  const recorder = buildServer && startRecording(buildServer, folders.buildId, predefined);
  const timeline = new RunTimeline((record) => buildServer?.updateTimeline(folders.buildId, record));
  return {
    options,
    pipeline,
    unsupported,
    recorder,
    pullRequest,
    folders,
    masker,
    reporter: new Reporter(options.out, masker),
    services: {
      sources,
      interpreters: new Interpreters(repository.root),
      artifacts: new Artifacts(folders.artifacts, (artifact) =>
        buildServer?.addArtifact(folders.buildId, artifact, timeline.currentJobId),
      ),
      publishTests: async (tests) => {
        const folder = path.join(folders.testResults, String(publishedTests.length + 1));
        const kept = await keepTestFiles(tests, folder);
        publishedTests.push(kept);
        await recorder?.publish(kept);
      },
    },
    startTime,
    predefined,
    attachedFiles: [],
    publishedTests,
    failures: [],
    buildTags: [],
    timeline,
    approvals: [],
    nextLogNumber: () => ++logNumber,
  };
}

function checksOut(steps: readonly ResolvedStep[]): boolean {
  return steps.some(
    ({ definition: { task, inputs } }) => task === "Checkout" && inputs.repository !== "none",
  );
}

/** Writes the comments of the pull request to the run's folder, since the pull request ends with the workspace. @returns the files */
async function keepComments({ pullRequest, folders, masker }: RunContext): Promise<string[]> {
  const comments = pullRequest?.comments() ?? [];
  if (comments.length > 0) await mkdir(folders.pullRequest, { recursive: true });
  const files = comments.map((_, index) => path.join(folders.pullRequest, `comment-${index + 1}.md`));
  await Promise.all(files.map((file, index) => writeFile(file, `${masker.mask(comments[index]!)}\n`)));
  return files;
}

/** Adds the run to the build server, as a build. */
function startRecording(
  buildServer: BuildServer,
  id: number,
  variables: Record<string, string>,
): BuildRecorder {
  const value = (name: string) => variables[name] ?? "";
  const planId = value("System.PlanId");
  const reason = value("Build.Reason");
  buildServer.startBuild({
    id,
    number: value("Build.BuildNumber"),
    definition: { id: Number(value("System.DefinitionId")), name: value("System.DefinitionName") },
    planId,
    timelineId: value("System.TimelineId"),
    requestedFor: value("Build.RequestedFor"),
    sourceBranch: value("Build.SourceBranch"),
    sourceVersion: value("Build.SourceVersion"),
    reason: reason.charAt(0).toLowerCase() + reason.slice(1),
    repository: {
      id: value("Build.Repository.ID"),
      name: value("Build.Repository.Name"),
      type: value("Build.Repository.Provider"),
    },
  });
  const timelineId = value("System.TimelineId");
  return new BuildRecorder(buildServer, {
    id,
    projectId: value("System.TeamProjectId"),
    planId,
    timelineId,
  });
}

function buildResult(
  stages: StageRunner,
  { result, unsupported }: PipelineRecord,
): Parameters<BuildServer["finishBuild"]>[1] {
  const issues = stages.jobs.some((job) => job.result === "succeededWithIssues") || unsupported.length > 0;
  return result === "succeeded" && issues ? "partiallySucceeded" : result;
}

function overall(stages: StageRunner, signal: AbortSignal | undefined): RunResult {
  const results = [...stages.jobs.map((job) => job.result), ...stages.results];
  if (signal?.aborted || results.includes("canceled")) return "canceled";
  return results.includes("failed") ? "failed" : "succeeded";
}

function maskAll(variables: Record<string, string>, masker: SecretMasker): Record<string, string> {
  return Object.fromEntries(Object.entries(variables).map(([name, value]) => [name, masker.mask(value)]));
}
