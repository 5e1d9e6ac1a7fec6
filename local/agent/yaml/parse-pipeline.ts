import path from "node:path";
import { didYouMean } from "../../../shared/text/did-you-mean.ts";
import type { ValueObject } from "../expressions/values.ts";
import { deploymentJobs, environmentOf } from "./deployment.ts";
import { expandNode } from "./expand.ts";
import { Fields } from "./fields.ts";
import { loadYaml } from "./load.ts";
import { entry, PipelineError, type Position, scalar, type YamlNode } from "./node.ts";
import { bindParameters } from "./parameters.ts";
import { parseSteps } from "./parse-steps.ts";
import { parseVariables, type VariableGroups } from "./parse-variables.ts";
import type { JobDefinition, Pipeline, StageDefinition } from "./pipeline.ts";

/** Keys for when and where a pipeline runs: a local run starts at once, on this machine. */
const ignoredKeys = ["trigger", "pr", "schedules", "pool", "lockBehavior", "appendCommitMessageToRunName"];
const rootKeys = ["name", "parameters", "variables", "stages", "jobs", "steps", ...ignoredKeys];
const stageKeys = [
  "stage",
  "displayName",
  "dependsOn",
  "condition",
  "variables",
  "jobs",
  "pool",
  "lockBehavior",
  "isSkippable",
];
const jobKeys = [
  "displayName",
  "dependsOn",
  "condition",
  "continueOnError",
  "timeoutInMinutes",
  "cancelTimeoutInMinutes",
  "variables",
  "pool",
  "strategy",
  "workspace",
];

interface PipelineSource {
  file: string;
  parameters: Record<string, string>;
  /** Predefined variables and those of the caller, to which `${{ }}` can refer. */
  variables: Record<string, string>;
  variableGroups: VariableGroups;
}

/**
 * Reads a pipeline and every template that it includes.
 * @throws PipelineError with file, line and column for a mistake or an unsupported construct
 */
export function parsePipeline(source: PipelineSource): Pipeline {
  const root = loadYaml(source.file);
  if (root.kind !== "map")
    throw new PipelineError(root.at, "a pipeline must be a map with steps, jobs or stages");
  const file = path.resolve(source.file);
  const parameterNodes: YamlNode = {
    kind: "map",
    at: root.at,
    entries: Object.entries(source.parameters).map(([name, value]) => ({
      key: scalar(name, root.at),
      value: parameterNode(root, name, value),
    })),
  };
  const parameters: ValueObject = bindParameters(entry(root, "parameters"), parameterNodes, root.at);
  const context = {
    parameters,
    variables: { ...source.variables },
    given: source.variables,
    loops: {},
    files: [file],
  };
  const body = { ...root, entries: root.entries.filter(({ key }) => key.value !== "parameters") };
  const fields = Fields.of(expandNode(body, context), "a pipeline", rootKeys);
  const reader = new PipelineReader(source.variableGroups);
  return {
    file,
    name: fields.scalar("name"),
    variables: parseVariables(fields.node("variables"), source.variableGroups),
    stages: reader.stages(fields),
  };
}

/** A parameter from the command line: text, or JSON for a parameter of the type `object`. */
function parameterNode(root: YamlNode, name: string, value: string): YamlNode {
  const declared = root.kind === "map" ? entry(root, "parameters") : undefined;
  const isObject =
    declared?.kind === "list" &&
    declared.items.some((item) => {
      const [own, type] = item.kind === "map" ? [entry(item, "name"), entry(item, "type")] : [];
      return (
        own?.kind === "scalar" && own.value === name && type?.kind === "scalar" && type.value === "object"
      );
    });
  if (!isObject) return scalar(value, root.at);
  try {
    return fromJson(JSON.parse(value) as unknown, root.at);
  } catch {
    throw new PipelineError(root.at, `the parameter ${name} is an object; give it as JSON`);
  }
}

function fromJson(value: unknown, at: Position): YamlNode {
  if (Array.isArray(value)) return { kind: "list", at, items: value.map((item) => fromJson(item, at)) };
  if (typeof value !== "object" || value === null) return scalar(value === null ? "" : String(value), at);
  return {
    kind: "map",
    at,
    entries: Object.entries(value).map(([key, item]) => ({
      key: scalar(key, at),
      value: fromJson(item, at),
    })),
  };
}

class PipelineReader {
  readonly #groups: VariableGroups;

  constructor(groups: VariableGroups) {
    this.#groups = groups;
  }

  stages(root: Fields): StageDefinition[] {
    const forms = ["stages", "jobs", "steps"].filter((form) => root.node(form));
    const [form, second] = forms;
    if (form === undefined)
      throw new PipelineError(root.map.at, "the pipeline has no steps, jobs or stages; add one of them");
    if (second !== undefined)
      throw new PipelineError(root.map.at, `the pipeline has both ${form} and ${second}; remove one of them`);
    if (form === "stages")
      return this.#linkedStages((root.list("stages") ?? []).map((node) => this.#stage(node)));
    const jobs =
      form === "jobs"
        ? this.#jobs(root.list("jobs") ?? [])
        : [this.#plainJob(root.map.at, root.list("steps") ?? [])];
    return [{ name: "__default", displayName: "", dependsOn: [], variables: [], jobs, at: root.map.at }];
  }

  #stage(node: YamlNode): StageDefinition & { ownDependsOn: boolean } {
    const fields = Fields.of(node, "a stage", stageKeys);
    const name = fields.name("stage");
    if (!name) throw new PipelineError(node.at, "a stage must have a name; write stage: <name>");
    const dependsOn = fields.names("dependsOn");
    return {
      name,
      displayName: fields.text("displayName") ?? name,
      dependsOn: (dependsOn ?? []).map((each) => each.value),
      ownDependsOn: dependsOn !== undefined,
      condition: fields.condition(),
      variables: parseVariables(fields.node("variables"), this.#groups),
      jobs: this.#jobs(fields.list("jobs") ?? []),
      at: node.at,
    };
  }

  /** A stage without `dependsOn` depends on the stage before it. */
  #linkedStages(stages: (StageDefinition & { ownDependsOn: boolean })[]): StageDefinition[] {
    const linked = stages.map(({ ownDependsOn, ...stage }, index) => {
      const before = stages[index - 1];
      return ownDependsOn || !before ? stage : { ...stage, dependsOn: [before.name] };
    });
    checkDependencies(linked, "stage");
    return linked;
  }

  #jobs(nodes: readonly YamlNode[]): JobDefinition[] {
    const jobs = nodes.flatMap((node) => this.#job(node));
    checkDependencies(jobs, "job");
    return jobs;
  }

  #plainJob(at: Position, steps: YamlNode[]): JobDefinition {
    return {
      name: "Job",
      displayName: "Job",
      dependsOn: [],
      variables: [],
      steps: parseSteps(steps),
      continueOnError: false,
      outputPrefix: "",
      group: "Job",
      at,
    };
  }

  #job(node: YamlNode): JobDefinition[] {
    const isDeployment = node.kind === "map" && entry(node, "deployment") !== undefined;
    const kind = isDeployment ? "deployment" : "job";
    const ownKeys = isDeployment ? ["deployment", "environment"] : ["job", "steps"];
    const fields = Fields.of(node, `a ${kind}`, [...ownKeys, ...jobKeys]);
    const name = fields.name(kind);
    if (!name) throw new PipelineError(node.at, `a ${kind} must have a name; write ${kind}: <name>`);
    const common: Omit<JobDefinition, "steps"> = {
      name,
      displayName: fields.text("displayName") ?? name,
      dependsOn: (fields.names("dependsOn") ?? []).map((each) => each.value),
      condition: fields.condition(),
      variables: parseVariables(fields.node("variables"), this.#groups),
      continueOnError: fields.boolean("continueOnError", false),
      timeoutMinutes: fields.count("timeoutInMinutes"),
      cancelTimeoutMinutes: fields.count("cancelTimeoutInMinutes"),
      outputPrefix: isDeployment ? `${name}.` : "",
      group: name,
      environment: isDeployment ? environmentOf(fields) : undefined,
      at: node.at,
    };
    if (isDeployment) return deploymentJobs(fields, common);
    const job = { ...common, steps: parseSteps(fields.list("steps") ?? []) };
    const strategy = fields.node("strategy");
    return strategy ? this.#matrix(job, strategy) : [job];
  }

  /** One job for each leg of a matrix, with the leg's variables. */
  #matrix(job: JobDefinition, node: YamlNode): JobDefinition[] {
    const matrix = Fields.of(node, "a strategy", ["matrix", "maxParallel"]).node("matrix");
    if (matrix?.kind !== "map")
      throw new PipelineError(node.at, "a strategy must have a matrix with named legs");
    return matrix.entries.map(({ key, value }) => ({
      ...job,
      name: `${job.name} ${key.value}`,
      displayName: `${job.displayName} ${key.value}`,
      variables: [...job.variables, ...parseVariables(value, this.#groups)],
      outputPrefix: `${key.value}.`,
    }));
  }
}

/** @throws PipelineError for two nodes of one name, an unknown name in `dependsOn`, or nodes that depend on each other */
function checkDependencies(
  nodes: readonly { name: string; group?: string; dependsOn: string[]; at: Position }[],
  kind: "stage" | "job",
): void {
  const groupOf = (node: { name: string; group?: string }) => node.group ?? node.name;
  const names = new Set<string>();
  for (const { name, at } of nodes) {
    if (names.has(name.toLowerCase()))
      throw new PipelineError(at, `two ${kind}s are named ${name}; rename one of them`);
    names.add(name.toLowerCase());
  }
  const visit = (node: (typeof nodes)[number], path: readonly string[]): void => {
    const group = groupOf(node).toLowerCase();
    if (path.includes(group))
      throw new PipelineError(
        node.at,
        `the ${kind} ${node.name} depends on itself: ${[...path, group].join(" → ")}`,
      );
    for (const name of node.dependsOn) {
      const dependencies = nodes.filter((other) => groupOf(other).toLowerCase() === name.toLowerCase());
      if (dependencies.length === 0) {
        const others = nodes.filter((other) => other !== node).map(groupOf);
        const advice = `there are ${others.join(", ") || `no other ${kind}s`}`;
        throw new PipelineError(
          node.at,
          `the ${kind} ${node.name} depends on the ${kind} ${name}, which does not exist; ${didYouMean(name, others, advice)}`,
        );
      }
      for (const other of dependencies) visit(other, [...path, group]);
    }
  };
  for (const node of nodes) visit(node, []);
}
