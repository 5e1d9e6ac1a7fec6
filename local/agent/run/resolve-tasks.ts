import { existsSync, readdirSync } from "node:fs";
import path from "node:path";
import { didYouMean } from "../../../shared/text/did-you-mean.ts";
import { type BuiltInTask, builtInManifest } from "../built-in/built-in-task.ts";
import { builtInTasks } from "../built-in/built-in-tasks.ts";
import type { Endpoint } from "../endpoint.ts";
import { canonicalName, connectionAdvice } from "../task/task-inputs.ts";
import { readTaskManifest, type TaskManifest } from "../task/task-manifest.ts";
import { PipelineError, UnsupportedError } from "../yaml/node.ts";
import type { JobDefinition, StepDefinition } from "../yaml/pipeline.ts";
import { Problems } from "../yaml/problems.ts";
import { installTask } from "./task-cache.ts";

/** A step with the task that it runs. */
export interface ResolvedStep {
  definition: StepDefinition;
  manifest: TaskManifest;
  /** The reference name: outputs are `<name>.<output>`. */
  name: string;
  implementation:
    | { kind: "built-in"; task: BuiltInTask }
    | { kind: "extension"; folder: string }
    /** A step that `--skip-unsupported` leaves out. */
    | { kind: "none"; reason: string };
}

/** A service connection, which the inputs of a task give by either. */
type Named = Pick<Endpoint, "id" | "name">;

/** What a job's steps can use. */
interface StepSources {
  taskFolders: readonly string[];
  endpoints: readonly Named[];
}

/**
 * Finds the tasks of a job's steps, checks their inputs, and gives unnamed steps a reference name as the server does.
 * @param problems collects the tasks, inputs and service connections that do not exist here; those steps are left out
 */
export async function resolveSteps(
  job: JobDefinition,
  sources: StepSources,
  problems: Problems,
): Promise<ResolvedStep[]> {
  const steps: ResolvedStep[] = [];
  const usedNames = new Set(job.steps.flatMap((step) => (step.name ? [step.name.toLowerCase()] : [])));
  for (const definition of withCheckout(job)) {
    const own = new Problems();
    const resolved =
      definition.unsupported === undefined
        ? await own.attemptAsync(() => resolveStep(definition, sources, own))
        : undefined;
    if (definition.enabled) for (const problem of own.sorted()) problems.add(problem);
    const reason = definition.unsupported ?? own.sorted()[0]?.problem.split(";")[0];
    const { task, version } = definition;
    const name = definition.name ?? unusedName(task, usedNames);
    usedNames.add(name.toLowerCase());
    if (resolved && reason === undefined) steps.push({ definition, name, ...resolved });
    else
      steps.push({
        ...{ definition, name, manifest: builtInManifest(task, version, `${task}@${version}`, []) },
        implementation: { kind: "none", reason: reason ?? "it is not supported" },
      });
  }
  return steps;
}

async function resolveStep(
  definition: StepDefinition,
  { taskFolders, endpoints }: StepSources,
  problems: Problems,
): Promise<Pick<ResolvedStep, "implementation" | "manifest">> {
  const found = await findTask(definition, taskFolders);
  const { implementation, manifest } =
    found.kind === "built-in"
      ? { implementation: found, manifest: found.task.manifest }
      : { implementation: found, manifest: await readTaskManifest(found.folder) };
  const missing = found.kind === "built-in" ? found.task.missing?.(definition.inputs) : undefined;
  if (missing !== undefined)
    problems.add(new UnsupportedError(definition.at, `the task ${manifest.name} needs ${missing}`));
  checkInputs(definition, manifest, implementation.kind === "built-in", problems);
  checkConnections(definition, manifest, endpoints, problems);
  return { implementation, manifest };
}

/** A job without a checkout step checks out its own repository first. */
function withCheckout(job: JobDefinition): StepDefinition[] {
  if (job.steps.some((step) => step.task === "Checkout")) return job.steps;
  const inputs = { repository: "self" };
  const defaults = { env: {}, continueOnError: false, enabled: true, retries: 0, at: job.at };
  return [{ ...defaults, task: "Checkout", version: 1, inputs, displayName: "Checkout self" }, ...job.steps];
}

function unusedName(task: string, usedNames: ReadonlySet<string>): string {
  let name = task;
  for (let number = 1; usedNames.has(name.toLowerCase()); number++) name = `${task}${number}`;
  return name;
}

async function findTask(
  { task, version, at }: StepDefinition,
  taskFolders: readonly string[],
): Promise<Exclude<ResolvedStep["implementation"], { kind: "none" }>> {
  // A task of an extension can also be named by its contribution: publisher.extension.task.
  const isCalled = (name: string) =>
    [task, task.split(".").at(-1)].some((each) => each?.toLowerCase() === name.toLowerCase());
  const builtInTask = builtInTasks.find(({ manifest }) => isCalled(manifest.name));
  if (builtInTask) {
    const major = builtInTask.manifest.version.Major;
    if (major !== version)
      throw new UnsupportedError(at, `the task ${task}@${version} is not supported; use ${task}@${major}`);
    return { kind: "built-in", task: builtInTask };
  }
  for (const parent of taskFolders) {
    const name = extensionTasks([parent]).find(isCalled);
    const folder = path.join(parent, name ?? task);
    if (!existsSync(path.join(folder, "task.json"))) continue;
    const { Major: major } = (await readTaskManifest(folder)).version;
    if (major === version) return { kind: "extension", folder: await installTask(folder) };
    throw new UnsupportedError(at, `there is no task ${task}@${version}; use ${task}@${major}`);
  }
  const builtIn = builtInTasks.map(({ manifest }) => manifest.name).filter((name) => name !== "Checkout");
  const advice = `supported are the tasks of this extension and ${builtIn.join(", ")}`;
  const known = [...builtIn, ...extensionTasks(taskFolders)];
  throw new UnsupportedError(
    at,
    `the task ${task}@${version} is not supported; ${didYouMean(task, known, advice)}`,
  );
}

function extensionTasks(taskFolders: readonly string[]): string[] {
  return taskFolders.filter((folder) => existsSync(folder)).flatMap((folder) => readdirSync(folder));
}

function checkInputs(
  definition: StepDefinition,
  manifest: TaskManifest,
  isBuiltIn: boolean,
  problems: Problems,
): void {
  const { inputs = [] } = manifest;
  const { at } = definition;
  const values = new Map<string, string>();
  for (const [name, value] of Object.entries(definition.inputs)) {
    const canonical = canonicalName(inputs, name);
    const problem =
      definition.task === "Checkout"
        ? `the key "${name}" is not supported in a checkout step by the local agent; remove it`
        : `the task ${manifest.name} has no input ${name} that is supported; ${inputAdvice(name, manifest)}`;
    if (!inputs.some((input) => input.name === canonical))
      problems.add(isBuiltIn ? new UnsupportedError(at, problem) : new PipelineError(at, problem));
    values.set(canonical, value);
  }
  for (const input of inputs) {
    const value = values.get(input.name) ?? String(input.defaultValue ?? "");
    if (input.required === true && input.visibleRule === undefined && value.trim() === "")
      problems.add(
        new PipelineError(
          at,
          `the task ${manifest.name} has no value for its required input ${input.name}; set it under inputs`,
        ),
      );
  }
}

/** Azure Pipelines also refuses a run whose service connections do not exist. A name with a macro is only known when the step runs. */
function checkConnections(
  definition: StepDefinition,
  { name: task, inputs = [] }: TaskManifest,
  endpoints: readonly Named[],
  problems: Problems,
): void {
  for (const [key, value] of Object.entries(definition.inputs)) {
    const input = inputs.find(({ name }) => name === canonicalName(inputs, key));
    if (!input?.type.toLowerCase().startsWith("connectedservice:") || value.includes("$(")) continue;
    for (const connection of value
      .split(",")
      .map((each) => each.trim())
      .filter(Boolean))
      if (!isConnection(endpoints, connection))
        problems.add(
          new UnsupportedError(
            definition.at,
            `the input ${input.name} of the task ${task} names the service connection ${connection}, which does not exist; ${connectionAdvice(endpoints, connection)}`,
          ),
        );
  }
}

function isConnection(endpoints: readonly Named[], connection: string): boolean {
  return endpoints.some(({ id, name }) =>
    [id, name].some((each) => each.toLowerCase() === connection.toLowerCase()),
  );
}

function inputAdvice(name: string, { inputs = [] }: TaskManifest): string {
  const names = inputs.map((input) => input.name);
  const aliases = inputs.flatMap((input) => input.aliases ?? []);
  return didYouMean(name, [...names, ...aliases], `its inputs are ${names.join(", ") || "none"}`);
}
