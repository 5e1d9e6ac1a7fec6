import path from "node:path";
import type { ValueObject } from "../expressions/values.ts";
import { checkDependencies } from "./dependencies.ts";
import { expandNode } from "./expand.ts";
import { Fields } from "./fields.ts";
import { type ExpandContext, extendTemplate } from "./include-template.ts";
import { rememberAll, withVariables } from "./known-variables.ts";
import { loadYaml } from "./load.ts";
import { entry, PipelineError, type Position, scalar, type YamlMap, type YamlNode } from "./node.ts";
import { bindParameters } from "./parameters.ts";
import { nameGenerator, type ParseContext, resourceNames, variablesOf } from "./parse-context.ts";
import { jobKeysOfRoot, jobOfSteps, parseJobs } from "./parse-jobs.ts";
import type { VariableGroups } from "./parse-variables.ts";
import type { Pipeline, StageDefinition } from "./pipeline.ts";
import { PipelineRefused, Problems } from "./problems.ts";

/** Keys for when and where a pipeline runs: a local run starts at once, on this machine. What `resources` names is told where it is used. */
const ignoredKeys = [
  "trigger",
  "pr",
  "schedules",
  "pool",
  "lockBehavior",
  "appendCommitMessageToRunName",
  "resources",
];
const rootKeys = [
  ...["name", "parameters", "variables", "stages", "jobs", "phases", "steps", "extends"],
  ...jobKeysOfRoot,
  ...ignoredKeys,
];
const stageKeys = [
  ...["stage", "displayName", "dependsOn", "condition", "variables", "jobs", "phases", "pool", "trigger"],
  ...["lockBehavior", "isSkippable", "templateContext", "checks", "group"], // about other runs, and for templates
];

interface PipelineSource {
  file: string;
  parameters: Record<string, string>;
  /** Predefined variables and those of the caller, to which `${{ }}` can refer. */
  variables: Record<string, string>;
  variableGroups: VariableGroups;
  /** From which paths of templates lead that begin with a slash; the folder of the file by default. */
  repositoryRoot?: string;
}

/** Reads a pipeline and every template that it includes. @throws PipelineRefused with all that is wrong or not supported */
export function parsePipeline(source: PipelineSource): Pipeline {
  const problems = new Problems();
  const pipeline = collectPipeline(source, problems);
  problems.refuse({ skipUnsupported: false });
  return pipeline;
}

/**
 * Reads a pipeline and every template that it includes. All problems in it are collected.
 * @throws PipelineRefused if nothing of it can be read
 */
export function collectPipeline(source: PipelineSource, problems: Problems): Pipeline {
  const file = path.resolve(source.file);
  const read = problems.attempt(() => readRoot(source));
  if (!read) throw new PipelineRefused(problems.sorted());
  const { root, parameters } = read;
  const resources = resourceNames(root);
  const context: ExpandContext = {
    parameters,
    variables: { ...source.variables },
    given: source.variables,
    loops: {},
    files: [file],
    problems,
    root: source.repositoryRoot ?? path.dirname(file),
    repositories: resources.repositories,
  };
  const body = { ...root, entries: root.entries.filter(({ key }) => key.value !== "parameters") };
  const expanded = problems.attempt(() => {
    const node = expandNode(body, context);
    if (node.kind !== "map") return node;
    const known = withVariables(context);
    const own = entry(node, "variables");
    if (own) rememberAll(known, own);
    return extendTemplate(node, known, expandNode);
  });
  if (!expanded) throw new PipelineRefused(problems.sorted());
  const isWhole = problems.isEmpty;
  const groups = source.variableGroups;
  const parts: ParseContext = { problems, groups, isWhole, resources };
  const fields = Fields.of(expanded, "a pipeline", rootKeys, problems);
  return {
    file,
    name: fields.scalar("name"),
    variables: variablesOf(fields.node("variables"), parts),
    stages: problems.attempt(() => parseStages(fields, parts)) ?? [],
  };
}

function readRoot(source: PipelineSource): { root: YamlMap; parameters: ValueObject } {
  const root = loadYaml(source.file);
  if (root.kind !== "map")
    throw new PipelineError(root.at, "a pipeline must be a map with steps, jobs or stages");
  const parameterNodes: YamlNode = {
    kind: "map",
    at: root.at,
    entries: Object.entries(source.parameters).map(([name, value]) => ({
      key: scalar(name, root.at),
      value: parameterNode(root, name, value),
    })),
  };
  return { root, parameters: bindParameters(entry(root, "parameters"), parameterNodes, root.at) };
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

function parseStages(root: Fields, context: ParseContext): StageDefinition[] {
  const forms = ["stages", "jobs", "phases", "steps"].filter((form) => root.node(form));
  const [form, second] = forms;
  if (form === undefined) {
    if (context.isWhole)
      throw new PipelineError(root.map.at, "the pipeline has no steps, jobs or stages; add one of them");
    return [];
  }
  if (second !== undefined)
    throw new PipelineError(root.map.at, `the pipeline has both ${form} and ${second}; remove one of them`);
  const items = root.list(form) ?? [];
  if (form === "stages") return linkedStages(items, context);
  const jobs = form === "steps" ? jobOfSteps(root, context) : parseJobs(items, context);
  return [
    {
      ...{ name: "__default", displayName: "", dependsOn: [], variables: [], jobs },
      ...{ isManual: false, at: root.map.at },
    },
  ];
}

/** A stage without `dependsOn` depends on the stage before it. */
function linkedStages(nodes: readonly YamlNode[], context: ParseContext): StageDefinition[] {
  const names = nodes.map((node) => {
    const name = node.kind === "map" ? entry(node, "stage") : undefined;
    return name?.kind === "scalar" ? name.value : undefined;
  });
  const nextName = nameGenerator("Stage", names);
  const linked: StageDefinition[] = [];
  for (const node of nodes) {
    const before = linked.at(-1);
    const stage = context.problems.attempt(() => parseStage(node, before, nextName, context));
    if (stage) linked.push(stage);
  }
  checkDependencies(linked, "stage", context);
  return linked;
}

function parseStage(
  node: YamlNode,
  before: StageDefinition | undefined,
  nextName: () => string,
  context: ParseContext,
): StageDefinition {
  const fields = Fields.of(node, "a stage", stageKeys, context.problems);
  if (!fields.has("stage"))
    context.problems.add(
      new PipelineError(node.at, "a stage must begin with stage or template; write stage: <name>"),
    );
  const name = fields.name("stage") ?? nextName();
  const dependsOn = fields.names("dependsOn")?.map((each) => each.value);
  return {
    name,
    displayName: fields.text("displayName") ?? name,
    dependsOn: dependsOn ?? (before ? [before.name] : []),
    condition: fields.condition(),
    variables: variablesOf(fields.node("variables"), context),
    jobs: parseJobs(fields.list("jobs") ?? fields.list("phases") ?? [], context),
    isManual: fields.text("trigger")?.toLowerCase() === "manual",
    at: node.at,
  };
}
