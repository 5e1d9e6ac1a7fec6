import path from "node:path";
import type { StepOutcome } from "../commands/step-result.ts";
import type { ValueObject } from "../expressions/values.ts";
import { agentVariables } from "../task/task-environment.ts";
import { PipelineError } from "../yaml/node.ts";
import type { JobDefinition, StageDefinition } from "../yaml/pipeline.ts";
import { Problems } from "../yaml/problems.ts";
import { type FinishedNode, nodeUnmet, resultName } from "./conditions.ts";
import { Deployments, isHookDue } from "./deployments.ts";
import { JobRunner, makeJobFolders } from "./job-runner.ts";
import { JobState, startVariables } from "./job-state.ts";
import { jobVariables } from "./predefined-variables.ts";
import { resolveSteps } from "./resolve-tasks.ts";
import type { RunContext } from "./run-context.ts";
import type { RunRecord } from "./run-timeline.ts";
import type { JobRecord } from "./run-types.ts";
import { isStageApproved } from "./stage-approvals.ts";

interface FinishedJob extends FinishedNode {
  outputs: Record<string, string>;
}
interface FinishedStage extends FinishedNode {
  jobs: FinishedJob[];
}

/** Runs the stages and their jobs one after another, like an organization with one agent. */
export class StageRunner {
  readonly jobs: JobRecord[] = [];
  /** The results of the stages. A stage that was not approved has failed, though none of its jobs has. */
  readonly results: StepOutcome[] = [];
  /** The variables that the steps of all jobs set and that are not secret. */
  readonly variables: Record<string, string> = {};
  readonly #stages: FinishedStage[] = [];

  readonly #context: RunContext;

  constructor(context: RunContext) {
    this.#context = context;
  }

  async run(): Promise<void> {
    const stages = inOrder(this.#context.pipeline.stages);
    const records = stages.map(({ name, displayName }) =>
      this.#context.timeline.add({
        ...{ parentId: null, type: "Stage", name: displayName || name, identifier: name },
      }),
    );
    for (const [index, stage] of stages.entries()) {
      const finished = await this.#stage(stage, records[index]!);
      this.#stages.push(finished);
      this.results.push(finished.result);
    }
  }

  async #stage(stage: StageDefinition, record: RunRecord): Promise<FinishedStage> {
    const { timeline } = this.#context;
    const before = this.#stages.filter(({ name }) => includes(stage.dependsOn, name));
    const dependencies = Object.fromEntries(before.map((each) => [each.name, stageValue(each)]));
    // Both forms are documented: stageDependencies.A.outputs['job.step.name'] and stageDependencies.A.job.outputs['step.name'].
    const stageDependencies = Object.fromEntries(
      before.map(({ name, jobs }) => [name, { ...dependencies[name], ...jobValues(jobs) }]),
    );
    const finished: FinishedJob[] = [];
    const isAfterCancel = this.#context.options.signal?.aborted === true;
    const names = { dependencies, stageDependencies };
    const unmet = stage.isManual
      ? "it starts only when somebody starts it (trigger: manual)"
      : this.#unmet(stage, this.#stages, names, stage.variables);
    const isApproved =
      unmet !== undefined ||
      isStageApproved(this.#context, stage, record.id, (job) =>
        this.#startVariables([...stage.variables, ...job.variables], names),
      );
    const skipped = unmet ?? (isApproved ? undefined : "its approval was rejected");
    if (unmet !== undefined) this.#context.reporter.skipped(`The stage ${stage.displayName}`, unmet);
    if (skipped === undefined) timeline.start(record);
    const jobs = inOrder(stage.jobs);
    const phases = new Map<string, RunRecord>();
    const deployments = new Deployments(this.#context, stage.name);
    for (const [index, job] of jobs.entries()) {
      const { group } = job;
      const phase =
        phases.get(group) ??
        timeline.add({
          ...{ parentId: record.id, type: "Phase", name: job.name === group ? job.displayName : group },
          ...{ refName: group, identifier: `${stage.name}.${group}` },
        });
      phases.set(group, phase);
      const jobNames = {
        dependencies: jobValues(finished.filter(({ name }) => includes(job.dependsOn, name))),
        stageDependencies,
      };
      const legs = () => finished.filter(({ name }) => name === group).map(({ result }) => result);
      const own = [...stage.variables, ...job.variables];
      if (!isHookDue(job.hook, legs())) {
        this.#skip(job, `its deployment ${job.hook === "failure" ? "did not fail" : "failed before it"}`);
      } else if (skipped !== undefined) finished.push(this.#skip(job, `its stage was not run: ${skipped}`));
      else {
        const jobUnmet = this.#unmet(job, finished, jobNames, own, isAfterCancel);
        const reason = jobUnmet ?? job.unsupported;
        if (reason === undefined)
          finished.push(await this.#job(stage, job, jobNames, { phase, deployments }));
        else {
          this.#context.reporter.skipped(`The job ${job.displayName}`, reason);
          finished.push(this.#skip(job, reason, jobUnmet === undefined));
        }
      }
      if (!jobs.slice(index + 1).some((other) => other.group === group)) {
        timeline.finish(phase, worst(legs()));
        deployments.finish(group, worst(legs()));
      }
    }
    const results = finished.map(({ result }) => result);
    const result: StepOutcome = unmet !== undefined ? "skipped" : isApproved ? worst(results) : "failed";
    timeline.finish(record, result);
    return { name: stage.name, dependsOn: stage.dependsOn, result, jobs: finished };
  }

  /** Why a stage or job does not run; undefined if it runs. */
  #unmet(
    node: StageDefinition | JobDefinition,
    finished: readonly FinishedNode[],
    names: ValueObject,
    own: StageDefinition["variables"],
    isAfterCancel = false,
  ): string | undefined {
    const { signal, kill } = this.#context.options;
    if (kill?.aborted) return "the run was killed";
    try {
      const variables = Object.fromEntries(
        [...this.#startVariables(own, names)].map(([name, { value }]) => [name, value]),
      );
      return nodeUnmet({
        condition: node.condition,
        dependsOn: node.dependsOn,
        finished,
        canceled: signal?.aborted === true,
        isAfterCancel,
        names: { variables, pipeline: { startTime: this.#context.startTime }, ...names },
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
      names: { pipeline: { startTime: this.#context.startTime }, ...names },
    });
  }

  /** @param isLeftOut whether `--skip-unsupported` leaves the job out, which then counts as succeeded for what depends on it */
  #skip(job: JobDefinition, reason: string, isLeftOut = false): FinishedJob {
    this.jobs.push({
      name: job.name,
      result: "skipped",
      reason: this.#context.masker.mask(reason),
      steps: [],
    });
    const result = isLeftOut ? "succeeded" : "skipped";
    return { name: job.group, dependsOn: job.dependsOn, result, outputs: {} };
  }

  async #job(
    stage: StageDefinition,
    job: JobDefinition,
    names: ValueObject,
    { phase, deployments }: { phase: RunRecord; deployments: Deployments },
  ): Promise<FinishedJob> {
    const { folders, masker, options, reporter, pipeline, timeline } = this.#context;
    const isAfterCancel = options.signal?.aborted === true; // its condition is met nevertheless
    timeline.start(phase);
    const leg = legName(job);
    const record = timeline.start(
      timeline.add({
        ...{ parentId: phase.id, type: "Job", name: job.displayName, refName: leg },
        identifier: `${stage.name}.${job.group}.${leg}`,
      }),
    );
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
        jobId: record.id,
      }),
    };
    const definitions = [...stage.variables, ...job.variables];
    Object.assign(predefined, deployments.start(job, this.#startVariables(definitions, names)));
    const variables = this.#startVariables(definitions, names, predefined);
    for (const secret of Object.values(variables.secrets())) masker.add(secret);
    const state = new JobState(variables, options.host.endpoints);
    const steps = await resolveSteps(job, options.host, new Problems()); // the problems were told before
    const isOnly = pipeline.stages.length === 1 && stage.jobs.length === 1;
    const title = stage.displayName === "" ? job.displayName : `${stage.displayName}, ${job.displayName}`;
    if (!isOnly) reporter.jobStarted(title);
    const finished = await new JobRunner(
      this.#context,
      { job, isAfterCancel },
      state,
      steps,
      jobFolders,
    ).run();
    timeline.finish(record, finished.result);
    this.jobs.push(finished);
    Object.assign(this.variables, state.variablesSet);
    const outputs = Object.fromEntries(
      Object.entries(state.outputs).map(([name, value]) => [job.outputPrefix + name, value]),
    );
    return { name: job.group, dependsOn: job.dependsOn, result: finished.result, outputs };
  }
}

/** The last part of a job's identifier in the timeline: the hook of a deployment, the leg of a matrix, or `__default`. */
function legName({ name, group, hook }: JobDefinition): string {
  if (hook) return `${hook[0]!.toUpperCase()}${hook.slice(1)}`;
  return name === group ? "__default" : name.slice(group.length + 1);
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
