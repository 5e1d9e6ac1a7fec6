import { mkdir, rm } from "node:fs/promises";
import path from "node:path";
import { SecretMasker } from "../commands/secret-masker.ts";
import { parsePipeline } from "../yaml/parse-pipeline.ts";
import { buildNumber, runVariables } from "./predefined-variables.ts";
import { Reporter } from "./reporter.ts";
import { copyWorkingTree, findRepository, type Repository } from "./repository.ts";
import { resolveSteps } from "./resolve-tasks.ts";
import type { RunContext } from "./run-context.ts";
import { makeRunFolders, type RunFolders, removeWork } from "./run-folders.ts";
import type { PipelineOptions, PipelineRecord, RunResult } from "./run-types.ts";
import { StageRunner } from "./stage-runner.ts";
import { printHead, printSummary } from "./summary.ts";
import { keepTestRun, type TestRun } from "./test-results.ts";

/**
 * Runs a pipeline on this machine and tells of it on `out`.
 * @throws PipelineError, before any step has run, where the pipeline is wrong or holds what cannot run here.
 */
export async function runPipeline(options: PipelineOptions): Promise<PipelineRecord> {
  const started = performance.now();
  const repository = await findRepository(options.file);
  const folders = await makeRunFolders();
  const run = await prepare(options, repository, folders).catch(async (error: unknown) => {
    await rm(folders.root, { recursive: true, force: true }); // nothing has run
    throw error;
  });
  try {
    printHead(run);
    const stages = new StageRunner(run);
    await stages.run();
    await removeWork(folders); // before the leftovers are counted: nothing of the run uses it any more
    const record: PipelineRecord = {
      result: overall(stages, options.signal),
      jobs: stages.jobs,
      variables: maskAll(stages.variables, run.masker),
      leftovers: options.workspace.leftovers(),
    };
    printSummary(run, record, performance.now() - started);
    return record;
  } finally {
    await removeWork(folders);
  }
}

async function prepare(
  options: PipelineOptions,
  repository: Repository,
  folders: RunFolders,
): Promise<RunContext> {
  const { workspace, file } = options;
  const masker = new SecretMasker();
  for (const secret of Object.values({ ...workspace.secretVariables, ...options.secrets }))
    masker.add(secret);
  const variablesOf = (number: string) => ({
    ...runVariables({ repository, folders, pipelineFile: file, buildNumber: number }),
    ...workspace.variables,
  });
  const given = { ...variablesOf(""), ...options.variables };
  const pipeline = parsePipeline({
    file,
    parameters: options.parameters ?? {},
    variables: given,
    variableGroups: workspace.variableGroups,
  });
  // Everything is resolved before the first step runs, so that what is not supported is said at once.
  for (const stage of pipeline.stages)
    for (const job of stage.jobs) await resolveSteps(job, workspace.taskFolders);
  await mkdir(folders.logs, { recursive: true });
  let step = 0;
  const testRuns: TestRun[] = [];
  const number = buildNumber(pipeline.name, new Date(), (name) => ({ ...given })[name]);
  return {
    options,
    pipeline,
    folders,
    masker,
    reporter: new Reporter(options.out, masker),
    services: {
      checkOut: (target) => copyWorkingTree(repository, target),
      repositoryName: repository.name,
      virtualEnvironment: path.join(repository.root, ".venv"),
      artifactsFolder: folders.artifacts,
      addTestRun: async (testRun) => {
        const folder = path.join(folders.testResults, String(testRuns.length + 1));
        testRuns.push(await keepTestRun(testRun, folder));
      },
    },
    predefined: variablesOf(number),
    attached: [],
    testRuns,
    buildTags: [],
    nextStep: () => ++step,
  };
}

function overall(stages: StageRunner, signal: AbortSignal | undefined): RunResult {
  const results = stages.jobs.map((job) => job.result);
  if (signal?.aborted || results.includes("canceled")) return "canceled";
  return results.includes("failed") ? "failed" : "succeeded";
}

function maskAll(variables: Record<string, string>, masker: SecretMasker): Record<string, string> {
  return Object.fromEntries(Object.entries(variables).map(([name, value]) => [name, masker.mask(value)]));
}
