import { existsSync } from "node:fs";
import path from "node:path";
import type { BuiltInTask } from "../built-in/built-in-task.ts";
import { builtInTasks } from "../built-in/built-in-tasks.ts";
import { canonicalName } from "../task/task-inputs.ts";
import { readTaskManifest, type TaskManifest } from "../task/task-manifest.ts";
import { PipelineError } from "../yaml/node.ts";
import type { JobDefinition, StepDefinition } from "../yaml/pipeline.ts";
import { installTask } from "./task-cache.ts";

/** A step with the task that carries it out. */
export interface ResolvedStep {
  definition: StepDefinition;
  manifest: TaskManifest;
  /** Its reference name: outputs are `<name>.<output>`. */
  name: string;
  implementation: { kind: "built-in"; task: BuiltInTask } | { kind: "extension"; folder: string };
}

/** Finds the tasks of a job's steps, checks their inputs, and gives unnamed steps a name as the server does. */
export async function resolveSteps(
  job: JobDefinition,
  taskFolders: readonly string[],
): Promise<ResolvedStep[]> {
  const steps: ResolvedStep[] = [];
  const taken = new Set(job.steps.flatMap((step) => (step.name ? [step.name.toLowerCase()] : [])));
  for (const definition of withCheckout(job)) {
    const implementation = await findTask(definition, taskFolders);
    const manifest =
      implementation.kind === "built-in"
        ? implementation.task.manifest
        : await readTaskManifest(implementation.folder);
    checkInputs(definition, manifest);
    const name = definition.name ?? freeName(definition.task, taken);
    taken.add(name.toLowerCase());
    steps.push({ definition, manifest, name, implementation });
  }
  return steps;
}

/** A job that says nothing about it checks its own repository out first. */
function withCheckout(job: JobDefinition): StepDefinition[] {
  if (job.steps.some((step) => step.task === "Checkout")) return job.steps;
  const inputs = { repository: "self" };
  const common = { env: {}, continueOnError: false, enabled: true, retries: 0, at: job.at };
  return [{ ...common, task: "Checkout", version: 1, inputs, displayName: "Checkout self" }, ...job.steps];
}

function freeName(task: string, taken: ReadonlySet<string>): string {
  let name = task;
  for (let number = 1; taken.has(name.toLowerCase()); number++) name = `${task}${number}`;
  return name;
}

async function findTask(
  { task, version, at }: StepDefinition,
  taskFolders: readonly string[],
): Promise<ResolvedStep["implementation"]> {
  const builtIn = builtInTasks.find(({ manifest }) => manifest.name.toLowerCase() === task.toLowerCase());
  if (builtIn) {
    const major = builtIn.manifest.version.Major;
    if (major !== version)
      throw new PipelineError(at, `${task}@${version} is not supported here (${task}@${major} is)`);
    return { kind: "built-in", task: builtIn };
  }
  for (const parent of taskFolders) {
    const folder = path.join(parent, task);
    if (!existsSync(path.join(folder, "task.json"))) continue;
    const { version: own } = await readTaskManifest(folder);
    if (own.Major === version) return { kind: "extension", folder: await installTask(folder) };
    throw new PipelineError(at, `there is no ${task}@${version} (${task}@${own.Major} is there)`);
  }
  const names = builtInTasks.map(({ manifest }) => `${manifest.name}@${manifest.version.Major}`);
  throw new PipelineError(
    at,
    `the task ${task}@${version} is not supported: it is none of this extension, nor one of ${names.slice(1).join(", ")}`,
  );
}

function checkInputs(definition: StepDefinition, manifest: TaskManifest): void {
  const { inputs = [] } = manifest;
  const given = new Map(
    Object.entries(definition.inputs).map(([name, value]) => [
      canonicalName(inputs, name).toLowerCase(),
      value,
    ]),
  );
  for (const name of given.keys())
    if (!inputs.some((input) => input.name.toLowerCase() === name))
      throw new PipelineError(definition.at, `the input ${name} of ${manifest.name} is not supported`);
  for (const input of inputs) {
    const value = given.get(input.name.toLowerCase()) ?? String(input.defaultValue ?? "");
    if (input.required === true && input.visibleRule === undefined && value.trim() === "")
      throw new PipelineError(definition.at, `${manifest.name} needs its input ${input.name}`);
  }
}
