import { existsSync, readdirSync } from "node:fs";
import path from "node:path";
import { didYouMean } from "../../../shared/text/did-you-mean.ts";
import type { BuiltInTask } from "../built-in/built-in-task.ts";
import { builtInTasks } from "../built-in/built-in-tasks.ts";
import { canonicalName } from "../task/task-inputs.ts";
import { readTaskManifest, type TaskManifest } from "../task/task-manifest.ts";
import { PipelineError } from "../yaml/node.ts";
import type { JobDefinition, StepDefinition } from "../yaml/pipeline.ts";
import { installTask } from "./task-cache.ts";

/** A step with the task that it runs. */
export interface ResolvedStep {
  definition: StepDefinition;
  manifest: TaskManifest;
  /** The reference name: outputs are `<name>.<output>`. */
  name: string;
  implementation: { kind: "built-in"; task: BuiltInTask } | { kind: "extension"; folder: string };
}

/**
 * Finds the tasks of a job's steps, checks their inputs, and gives unnamed steps a reference name as the server does.
 * @throws PipelineError for a task or an input that does not exist
 */
export async function resolveSteps(
  job: JobDefinition,
  taskFolders: readonly string[],
): Promise<ResolvedStep[]> {
  const steps: ResolvedStep[] = [];
  const usedNames = new Set(job.steps.flatMap((step) => (step.name ? [step.name.toLowerCase()] : [])));
  for (const definition of withCheckout(job)) {
    const implementation = await findTask(definition, taskFolders);
    const manifest =
      implementation.kind === "built-in"
        ? implementation.task.manifest
        : await readTaskManifest(implementation.folder);
    checkInputs(definition, manifest);
    const name = definition.name ?? unusedName(definition.task, usedNames);
    usedNames.add(name.toLowerCase());
    steps.push({ definition, manifest, name, implementation });
  }
  return steps;
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
): Promise<ResolvedStep["implementation"]> {
  const builtInTask = builtInTasks.find(({ manifest }) => manifest.name.toLowerCase() === task.toLowerCase());
  if (builtInTask) {
    const major = builtInTask.manifest.version.Major;
    if (major !== version)
      throw new PipelineError(at, `the task ${task}@${version} is not supported; use ${task}@${major}`);
    return { kind: "built-in", task: builtInTask };
  }
  for (const parent of taskFolders) {
    const folder = path.join(parent, task);
    if (!existsSync(path.join(folder, "task.json"))) continue;
    const { Major: major } = (await readTaskManifest(folder)).version;
    if (major === version) return { kind: "extension", folder: await installTask(folder) };
    throw new PipelineError(at, `there is no task ${task}@${version}; use ${task}@${major}`);
  }
  const builtIn = builtInTasks.map(({ manifest }) => manifest.name).filter((name) => name !== "Checkout");
  const advice = `supported are the tasks of this extension and ${builtIn.join(", ")}`;
  const known = [...builtIn, ...extensionTasks(taskFolders)];
  throw new PipelineError(
    at,
    `the task ${task}@${version} is not supported; ${didYouMean(task, known, advice)}`,
  );
}

function extensionTasks(taskFolders: readonly string[]): string[] {
  return taskFolders.filter((folder) => existsSync(folder)).flatMap((folder) => readdirSync(folder));
}

function checkInputs(definition: StepDefinition, manifest: TaskManifest): void {
  const { inputs = [] } = manifest;
  const values = new Map<string, string>();
  for (const [name, value] of Object.entries(definition.inputs)) {
    const canonical = canonicalName(inputs, name);
    if (!inputs.some((input) => input.name === canonical))
      throw new PipelineError(
        definition.at,
        `the task ${manifest.name} has no input ${name} that is supported; ${inputAdvice(name, manifest)}`,
      );
    values.set(canonical, value);
  }
  for (const input of inputs) {
    const value = values.get(input.name) ?? String(input.defaultValue ?? "");
    if (input.required === true && input.visibleRule === undefined && value.trim() === "")
      throw new PipelineError(
        definition.at,
        `the task ${manifest.name} has no value for its required input ${input.name}; set it under inputs`,
      );
  }
}

function inputAdvice(name: string, { inputs = [] }: TaskManifest): string {
  const names = inputs.map((input) => input.name);
  const aliases = inputs.flatMap((input) => input.aliases ?? []);
  return didYouMean(name, [...names, ...aliases], `its inputs are ${names.join(", ") || "none"}`);
}
