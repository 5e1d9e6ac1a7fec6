import path from "node:path";
import type { ValueObject } from "../expressions/values.ts";
import { expandNode } from "./expand.ts";
import { Fields } from "./fields.ts";
import { loadYaml } from "./load.ts";
import { entry, PipelineError, type Position, scalar, type YamlNode } from "./node.ts";
import { bindParameters } from "./parameters.ts";
import { parseSteps } from "./parse-steps.ts";
import { parseVariables, type VariableGroups } from "./parse-variables.ts";
import type { JobDefinition, Pipeline, StageDefinition } from "./pipeline.ts";

/** What says when and where a pipeline runs, which here is now and on this machine. */
const ignored = ["trigger", "pr", "schedules", "pool", "lockBehavior", "appendCommitMessageToRunName"];
const rootKeys = ["name", "parameters", "variables", "stages", "jobs", "steps", ...ignored];
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

export interface PipelineSource {
  file: string;
  parameters: Record<string, string>;
  /** Predefined variables, which `${{ }}` may refer to. */
  variables: Record<string, string>;
  variableGroups: VariableGroups;
}

/**
 * Reads a pipeline and everything that it includes.
 * @throws PipelineError with file, line and column for whatever is wrong or cannot run here; nothing has run then.
 */
export function parsePipeline(source: PipelineSource): Pipeline {
  const root = loadYaml(source.file);
  if (root.kind !== "map")
    throw new PipelineError(root.at, "a pipeline must be a map with steps, jobs or stages");
  const file = path.resolve(source.file);
  const given: YamlNode = {
    kind: "map",
    at: root.at,
    entries: Object.entries(source.parameters).map(([name, value]) => ({
      key: scalar(name, root.at),
      value: givenParameter(root, name, value),
    })),
  };
  const parameters: ValueObject = bindParameters(entry(root, "parameters"), given, root.at);
  const context = {
    parameters,
    variables: { ...source.variables },
    loops: {},
    folder: path.dirname(file),
    files: [file],
  };
  const body = { ...root, entries: root.entries.filter(({ key }) => key.value !== "parameters") };
  const fields = Fields.of(expandNode(body, context), "a pipeline", rootKeys);
  const read = new PipelineReader(source.variableGroups);
  return {
    file,
    name: fields.text("name"),
    variables: parseVariables(fields.node("variables"), source.variableGroups),
    stages: read.stages(fields),
  };
}

/** A parameter from the command line: text, or YAML for an object. */
function givenParameter(root: YamlNode, name: string, value: string): YamlNode {
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
    throw new PipelineError(root.at, `the parameter ${name} is an object and must be given as JSON`);
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
    if (form === undefined) throw new PipelineError(root.map.at, "the pipeline has no steps, jobs or stages");
    if (second !== undefined)
      throw new PipelineError(root.map.at, `a pipeline has either ${form} or ${second}`);
    if (form === "stages")
      return this.#graph(
        (root.list("stages") ?? []).map((node) => this.#stage(node)),
        "stage",
      );
    const jobs =
      form === "jobs"
        ? this.#jobs(root.list("jobs") ?? [])
        : [this.#plainJob(root.map.at, root.list("steps") ?? [])];
    return [{ name: "__default", displayName: "", dependsOn: [], variables: [], jobs, at: root.map.at }];
  }

  #stage(node: YamlNode): StageDefinition & { ownDependsOn: boolean } {
    const fields = Fields.of(node, "a stage", stageKeys);
    const name = fields.name("stage");
    if (!name) throw new PipelineError(node.at, "a stage must have a name (stage: …)");
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

  /** Stages follow one another where nothing else is said; names must be known and lead in no circle. */
  #graph(stages: (StageDefinition & { ownDependsOn: boolean })[], what: string): StageDefinition[] {
    const linked = stages.map(({ ownDependsOn, ...stage }, index) => {
      const before = stages[index - 1];
      return ownDependsOn || !before ? stage : { ...stage, dependsOn: [before.name] };
    });
    checkGraph(linked, what);
    return linked;
  }

  #jobs(nodes: readonly YamlNode[]): JobDefinition[] {
    const jobs = nodes.flatMap((node) => this.#job(node));
    checkGraph(jobs, "job");
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
    const own = isDeployment ? ["deployment", "environment"] : ["job", "steps"];
    const fields = Fields.of(node, `a ${kind}`, [...own, ...jobKeys]);
    const name = fields.name(kind);
    if (!name) throw new PipelineError(node.at, `a job must have a name (${kind}: …)`);
    const job: JobDefinition = {
      name,
      displayName: fields.text("displayName") ?? name,
      dependsOn: (fields.names("dependsOn") ?? []).map((each) => each.value),
      condition: fields.condition(),
      variables: parseVariables(fields.node("variables"), this.#groups),
      steps: parseSteps(isDeployment ? deploymentSteps(fields) : (fields.list("steps") ?? [])),
      continueOnError: fields.boolean("continueOnError", false),
      timeoutMinutes: fields.count("timeoutInMinutes"),
      cancelTimeoutMinutes: fields.count("cancelTimeoutInMinutes"),
      outputPrefix: isDeployment ? `${name}.` : "",
      group: name,
      at: node.at,
    };
    if (isDeployment) return [withoutSources(job)];
    const strategy = fields.node("strategy");
    return strategy ? this.#matrix(job, strategy) : [job];
  }

  /** One job for each leg of a matrix, with the leg's variables. */
  #matrix(job: JobDefinition, node: YamlNode): JobDefinition[] {
    const matrix = Fields.of(node, "a strategy", ["matrix", "maxParallel"]).node("matrix");
    if (matrix?.kind !== "map")
      throw new PipelineError(node.at, "a strategy must have a matrix of named legs");
    return matrix.entries.map(({ key, value }) => ({
      ...job,
      name: `${job.name} ${key.value}`,
      displayName: `${job.displayName} ${key.value}`,
      variables: [...job.variables, ...parseVariables(value, this.#groups)],
      outputPrefix: `${key.value}.`,
    }));
  }
}

function deploymentSteps(fields: Fields): YamlNode[] {
  const strategy = fields.node("strategy");
  if (!strategy) throw new PipelineError(fields.map.at, "a deployment must have a strategy");
  const runOnce = Fields.of(strategy, "a deployment's strategy", ["runOnce"]).node("runOnce");
  const deploy = runOnce && Fields.of(runOnce, "runOnce", ["deploy"]).node("deploy");
  const steps = deploy && Fields.of(deploy, "deploy", ["steps", "pool"]).list("steps");
  if (!steps)
    throw new PipelineError(strategy.at, "a deployment must have steps under strategy, runOnce, deploy");
  return steps;
}

/** A deployment checks nothing out, but starts with the artifacts of the run. */
function withoutSources(job: JobDefinition): JobDefinition {
  const says = (task: string) => job.steps.some((step) => step.task === task);
  const step = { env: {}, continueOnError: false, enabled: true, retries: 0, at: job.at };
  const before = [];
  if (!says("Checkout"))
    before.push({ ...step, task: "Checkout", version: 1, inputs: { repository: "none" } });
  if (!says("DownloadPipelineArtifact"))
    before.push({ ...step, task: "DownloadPipelineArtifact", version: 2, inputs: { source: "current" } });
  return { ...job, steps: [...before, ...job.steps] };
}

function checkGraph(
  nodes: readonly { name: string; group?: string; dependsOn: string[]; at: Position }[],
  what: string,
): void {
  const groupOf = (node: { name: string; group?: string }) => (node.group ?? node.name).toLowerCase();
  const names = new Set<string>();
  for (const { name, at } of nodes) {
    if (names.has(name.toLowerCase())) throw new PipelineError(at, `two ${what}s are named ${name}`);
    names.add(name.toLowerCase());
  }
  const visit = (node: (typeof nodes)[number], open: readonly string[]): void => {
    if (open.includes(groupOf(node)))
      throw new PipelineError(
        node.at,
        `the ${what} ${node.name} depends on itself (${[...open, groupOf(node)].join(" → ")})`,
      );
    for (const wanted of node.dependsOn) {
      const found = nodes.filter((other) => groupOf(other) === wanted.toLowerCase());
      if (found.length === 0)
        throw new PipelineError(
          node.at,
          `the ${what} ${node.name} depends on ${wanted}, and there is no such ${what}`,
        );
      for (const other of found) visit(other, [...open, groupOf(node)]);
    }
  };
  for (const node of nodes) visit(node, []);
}
