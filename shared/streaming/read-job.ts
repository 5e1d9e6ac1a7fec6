import { isScalar } from "yaml";
import { didYouMean } from "../text/did-you-mean.ts";
import { type CheckedYaml, type Entry, quoted } from "../yaml/checked-yaml.ts";
import type { ComputeChoiceOfDefinition, StreamingJob, StreamingMode, StreamingTask } from "./definition.ts";
import { type Fields, fieldsOf, filePath, notebookPath, oneOf, required } from "./definition-fields.ts";
import { texts } from "./read-notebooks.ts";

/** The limit of a job: https://docs.databricks.com/api/azure/workspace/jobs/create */
const maxTasks = 100;
/** The same reference. */
const taskKey = /^[\w-]{1,100}$/;
const keyOfOnlyTask = "notebook";

const jobKeys = [
  "notebook",
  "tasks",
  "existing",
  "parameters",
  "parametersIn",
  "clusterConfig",
  "serverless",
];
const taskKeys = ["name", "notebook", "parameters", "dependsOn"];
const modes = ["streaming", "batch"] as const;

type Parameters = Record<string, string>;

export function readJob(yaml: CheckedYaml, entry: Entry, mode: StreamingMode): StreamingJob | undefined {
  if (isScalar(entry.value)) return { kind: "created", tasks: [onlyTask(notebookPath(yaml, entry), {})] };
  const fields = fieldsOf(yaml, entry, jobKeys);
  if (fields === undefined) return undefined;
  const parameters = { ...yaml.parameters(fields.of("parameters")), ...parametersIn(yaml, fields)[mode] };
  const compute = computeOf(yaml, fields);
  const chosen = oneOf(yaml, fields, ["notebook", "tasks", "existing"]);
  if (chosen === undefined) return undefined;
  if (chosen.key === "existing") {
    const other = fields.of("clusterConfig") ?? fields.of("serverless");
    if (other !== undefined)
      yaml.add(
        other.keyNode,
        `${fields.what} has "existing" and "${other.key}"`,
        "remove one: a job that exists has its own compute",
      );
    return { kind: "existing", name: yaml.text(chosen) ?? "", parameters };
  }
  const tasks =
    chosen.key === "tasks"
      ? readTasks(yaml, chosen, parameters)
      : [onlyTask(notebookPath(yaml, chosen), parameters)];
  return { kind: "created", tasks, ...(compute === undefined ? {} : { compute }) };
}

function onlyTask(notebook: string, parameters: Parameters): StreamingTask {
  return { key: keyOfOnlyTask, notebook, parameters, dependsOn: [] };
}

/** The parameters of each mode: those of the other mode are checked, too. */
function parametersIn(yaml: CheckedYaml, job: Fields): Partial<Record<StreamingMode, Parameters>> {
  const entry = job.of("parametersIn");
  const fields = entry && fieldsOf(yaml, entry, modes);
  return Object.fromEntries(modes.map((mode) => [mode, yaml.parameters(fields?.of(mode))]));
}

function computeOf(yaml: CheckedYaml, job: Fields): ComputeChoiceOfDefinition | undefined {
  const config = job.of("clusterConfig");
  const serverless = job.of("serverless");
  if (config !== undefined && serverless !== undefined)
    yaml.add(serverless.keyNode, `${job.what} has "clusterConfig" and "serverless"`, "remove one of them");
  if (serverless !== undefined && !(isScalar(serverless.value) && serverless.value.value === true))
    yaml.expect(serverless, "true, or remove it");
  if (config !== undefined) return { kind: "jobCluster", clusterConfig: filePath(yaml, config) };
  return serverless && { kind: "serverless" };
}

function readTasks(yaml: CheckedYaml, entry: Entry, parameters: Parameters): StreamingTask[] {
  const items = yaml.list(entry, "task", maxTasks);
  if (items?.length === 0)
    yaml.add(entry.value ?? entry.keyNode, `${entry.path} has no task`, `begin with "- name:"`);
  const read = (items ?? []).flatMap((item) => {
    const task = readTask(yaml, item, parameters);
    return task === undefined ? [] : [task];
  });
  // A task that could not be read is not unknown.
  if (read.length !== items?.length) return [];
  yaml.requireUnique(
    read.map(({ task, node }) => ({ name: task.key, node })),
    "task",
  );
  for (const { needs } of read) requireKnown(yaml, needs, read);
  const circle = circleOf(read.map(({ task }) => task));
  if (circle !== undefined) {
    const { node } = read.find(({ task }) => task.key === circle[0])!;
    yaml.add(
      node,
      `the tasks ${circle.join(" → ")} depend on each other in a circle`,
      "remove one of the dependencies",
    );
  }
  return read.map(({ task }) => task);
}

interface Need {
  key: string;
  entry: Entry;
}

type ReadTask = NonNullable<ReturnType<typeof readTask>>;

function readTask(yaml: CheckedYaml, item: Entry, ofJob: Parameters) {
  const before = yaml.problems.length;
  const fields = fieldsOf(yaml, item, taskKeys);
  if (fields === undefined) return undefined;
  const name = required(yaml, fields, "name");
  const notebook = required(yaml, fields, "notebook");
  const key = name && yaml.text(name);
  if (key !== undefined && !taskKey.test(key))
    yaml.expect(name!, "a name of at most 100 letters, digits, dashes and underscores");
  const parameters = { ...ofJob, ...yaml.parameters(fields.of("parameters")) };
  const path = notebook && notebookPath(yaml, notebook);
  const needs = needsOf(yaml, fields.of("dependsOn"));
  if (key === undefined || path === undefined || yaml.problems.length > before) return undefined;
  const task: StreamingTask = { key, notebook: path, parameters, dependsOn: needs.map((need) => need.key) };
  return { task, node: fields.node, needs };
}

function needsOf(yaml: CheckedYaml, entry: Entry | undefined): Need[] {
  if (entry === undefined) return [];
  const needs = texts(yaml, entry, "task", maxTasks).map((item) => ({
    key: yaml.text(item) ?? "",
    entry: item,
  }));
  const repeated = needs.find(({ key }, index) => needs.findIndex((need) => need.key === key) < index);
  if (repeated !== undefined)
    yaml.add(repeated.entry.value, `${repeated.entry.path} is there twice`, "remove one");
  return needs;
}

function requireKnown(yaml: CheckedYaml, needs: readonly Need[], tasks: readonly ReadTask[]): void {
  const names = tasks.map(({ task }) => task.key);
  for (const { key, entry } of needs)
    if (!names.includes(key))
      yaml.add(
        entry.value ?? entry.keyNode,
        `${entry.path} is ${quoted(key)}, which is not a task of the job`,
        didYouMean(key, names, "give the name of a task"),
      );
}

/** Tasks each of which depends on the next, from one to the same one; undefined if there are none. */
function circleOf(tasks: readonly StreamingTask[]): string[] | undefined {
  const dependsOn = new Map(tasks.map((task) => [task.key, task.dependsOn]));
  const finished = new Set<string>();
  const search = (key: string, above: readonly string[]): string[] | undefined => {
    const start = above.indexOf(key);
    if (start >= 0) return [...above.slice(start), key];
    if (finished.has(key)) return undefined;
    for (const next of dependsOn.get(key) ?? []) {
      const circle = search(next, [...above, key]);
      if (circle !== undefined) return circle;
    }
    finished.add(key);
    return undefined;
  };
  for (const { key } of tasks) {
    const circle = search(key, []);
    if (circle !== undefined) return circle;
  }
  return undefined;
}
