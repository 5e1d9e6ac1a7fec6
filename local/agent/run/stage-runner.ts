import path from "node:path";
import type { ValueObject } from "../expressions/values.ts";
import { agentVariables } from "../task/task-environment.ts";
import { PipelineError } from "../yaml/node.ts";
import type { JobDefinition, StageDefinition } from "../yaml/pipeline.ts";
import { type FinishedNode, isNodeConditionMet, resultName } from "./conditions.ts";
import { JobRunner, makeJobFolders } from "./job-runner.ts";
import { JobState, startVariables } from "./job-state.ts";
import { jobVariables } from "./predefined-variables.ts";
import { resolveSteps } from "./resolve-tasks.ts";
import type { RunContext } from "./run-context.ts";
import type { JobRecord, StepOutcome } from "./run-types.ts";

interface FinishedJob extends FinishedNode {
  outputs: Record<string, string>;
}
interface FinishedStage extends FinishedNode {
  jobs: FinishedJob[];
}

/** Runs the stages and their jobs one after another, like an organization with one agent. */
export class StageRunner {
  readonly jobs: JobRecord[] = [];
  /** The variables that the steps of all jobs set and that are not secret. */
  readonly variables: Record<string, string> = {};
  readonly #stages: FinishedStage[] = [];

  readonly #context: RunContext;

  constructor(context: RunContext) {
    this.#context = context;
  }

  async run(): Promise<void> {
    for (const stage of inOrder(this.#context.pipeline.stages)) this.#stages.push(await this.#stage(stage));
  }

  async #stage(stage: StageDefinition): Promise<FinishedStage> {
    const before = this.#stages.filter(({ name }) => includes(stage.dependsOn, name));
    const stageDependencies = Object.fromEntries(before.map(({ name, jobs }) => [name, jobValues(jobs)]));
    const dependencies = Object.fromEntries(before.map((each) => [each.name, stageValue(each)]));
    const finished: FinishedJob[] = [];
    const runs = this.#isConditionMet(
      stage,
      this.#stages,
      { dependencies, stageDependencies },
      stage.variables,
    );
    for (const job of inOrder(stage.jobs)) {
      const names = {
        dependencies: jobValues(finished.filter(({ name }) => includes(job.dependsOn, name))),
        stageDependencies,
      };
      if (runs && this.#isConditionMet(job, finished, names, [...stage.variables, ...job.variables]))
        finished.push(await this.#job(stage, job, names));
      else finished.push(this.#skip(job));
    }
    const results = finished.map(({ result }) => result);
    const result: StepOutcome = runs ? worst(results) : "skipped";
    return { name: stage.name, dependsOn: stage.dependsOn, result, jobs: finished };
  }

  #isConditionMet(
    node: StageDefinition | JobDefinition,
    finished: readonly FinishedNode[],
    names: ValueObject,
    own: StageDefinition["variables"],
  ): boolean {
    const { signal, kill } = this.#context.options;
    if (kill?.aborted) return false;
    try {
      const variables = Object.fromEntries(
        [...this.#startVariables(own, names)].map(([name, { value }]) => [name, value]),
      );
      return isNodeConditionMet({
        condition: node.condition,
        dependsOn: node.dependsOn,
        finished,
        canceled: signal?.aborted === true,
        names: { variables, ...names },
      });
    } catch (error) {
      if (error instanceof PipelineError) throw error;
      throw new PipelineError(
        node.at,
        `could not evaluate the condition of ${node.name}: ${(error as Error).message}`,
      );
    }
  }

  #startVariables(
    own: StageDefinition["variables"],
    names: ValueObject,
    predefined: Record<string, string> = {},
  ) {
    const { options, pipeline } = this.#context;
    return startVariables({
      predefined: { ...this.#context.predefined, ...predefined },
      definitions: [...pipeline.variables, ...own],
      overrides: options.variables ?? {},
      secrets: { ...options.host.secretVariables, ...options.secrets },
      names,
    });
  }

  #skip(job: JobDefinition): FinishedJob {
    this.jobs.push({ name: job.name, result: "skipped", steps: [] });
    return { name: job.group, dependsOn: job.dependsOn, result: "skipped", outputs: {} };
  }

  async #job(stage: StageDefinition, job: JobDefinition, names: ValueObject): Promise<FinishedJob> {
    const { folders, options, reporter, pipeline } = this.#context;
    const work = path.join(folders.work, String(this.jobs.length + 1));
    const jobFolders = await makeJobFolders(work);
    const predefined = {
      ...agentVariables(jobFolders), // so that the value of a variable can contain $(Build.SourcesDirectory)
      ...jobVariables({
        stage: stage.name,
        stageDisplay: stage.displayName,
        job: job.name,
        jobDisplay: job.displayName,
        work,
      }),
    };
    const variables = this.#startVariables([...stage.variables, ...job.variables], names, predefined);
    const state = new JobState(variables, options.host.endpoints);
    const steps = await resolveSteps(job, options.host.taskFolders);
    const isOnly = pipeline.stages.length === 1 && stage.jobs.length === 1;
    const title = stage.displayName === "" ? job.displayName : `${stage.displayName}, ${job.displayName}`;
    if (!isOnly) reporter.jobStarted(title);
    const record = await new JobRunner(this.#context, job, state, steps, jobFolders).run();
    this.jobs.push(record);
    Object.assign(this.variables, state.variablesSet);
    const outputs = Object.fromEntries(
      Object.entries(state.outputs).map(([name, value]) => [job.outputPrefix + name, value]),
    );
    return { name: job.group, dependsOn: job.dependsOn, result: record.result, outputs };
  }
}

const includes = (names: readonly string[], name: string) =>
  names.some((each) => each.toLowerCase() === name.toLowerCase());

/** The nodes in the order of the file, but each after those that it depends on. */
function inOrder<T extends { name: string; group?: string; dependsOn: string[] }>(nodes: readonly T[]): T[] {
  const ordered: T[] = [];
  const add = (node: T): void => {
    if (ordered.includes(node)) return;
    for (const other of nodes) if (includes(node.dependsOn, other.group ?? other.name)) add(other);
    if (!ordered.includes(node)) ordered.push(node);
  };
  nodes.forEach(add);
  return ordered;
}

function worst(results: readonly StepOutcome[]): StepOutcome {
  for (const result of ["canceled", "failed", "succeededWithIssues", "succeeded"] as const)
    if (results.includes(result)) return result;
  return "skipped";
}

/** The value of `dependencies` for jobs. The legs of a matrix are one job in it. */
function jobValues(jobs: readonly FinishedJob[]): ValueObject {
  const values: ValueObject = {};
  for (const { name } of jobs) {
    const legs = jobs.filter((job) => job.name === name);
    values[name] = {
      result: resultName(worst(legs.map(({ result }) => result))),
      outputs: Object.assign({}, ...legs.map(({ outputs }) => outputs)) as Record<string, string>,
    };
  }
  return values;
}

function stageValue(stage: FinishedStage): ValueObject {
  const outputs = stage.jobs.flatMap((job) =>
    Object.entries(job.outputs).map(([name, value]) => [`${job.name}.${name}`, value] as const),
  );
  return { result: resultName(stage.result), outputs: Object.fromEntries(outputs) };
}
