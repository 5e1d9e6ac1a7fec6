import { existsSync } from "node:fs";
import path from "node:path";
import { toBoolean } from "../expressions/convert.ts";
import { isObject, type Value } from "../expressions/values.ts";
import { checkKey } from "./fields.ts";
import { remember, rememberAll, rememberItem, withVariables } from "./known-variables.ts";
import { loadYaml, nearestFile } from "./load.ts";
import { entry, PipelineError, type YamlEntry, type YamlMap, type YamlNode } from "./node.ts";
import { bindParameters } from "./parameters.ts";
import {
  checkDirective,
  checkSkipped,
  directiveOf,
  evaluateTemplate,
  expandText,
  type TemplateContext,
} from "./template-context.ts";

/** The lists in which `- template: FILE` inserts the items of another file. */
const templatedLists = ["stages", "jobs", "steps", "variables"];
/** The keys of maps whose `variables` are the variables of a pipeline, stage or job. */
const scopeKeys = ["stages", "jobs", "steps", "stage", "job", "deployment", "strategy", "extends"];

/** Expands templates, `${{ }}` and its directives. @param role the key that the node is the value of */
export function expandNode(node: YamlNode, context: TemplateContext, role = ""): YamlNode {
  if (node.kind === "scalar") return expandText(node.value, context, node.at);
  if (node.kind === "list") return { ...node, items: expandItems(node.items, context, role) };
  return expandMap(node, context, role);
}

function expandItems(items: readonly YamlNode[], context: TemplateContext, role: string): YamlNode[] {
  const branches = new Branches();
  return items.flatMap((item) => {
    const single = item.kind === "map" && item.entries.length === 1 ? item.entries[0] : undefined;
    const directive = single && directiveOf(single.key.value);
    if (!single || !directive) {
      branches.reset();
      const expanded = expandNode(item, context);
      const isInserted = item.kind === "scalar" && expanded.kind === "list"; // - ${{ parameters.steps }}
      const inserted = isInserted ? expanded.items : [expanded];
      const list = templatedLists.includes(role)
        ? inserted.flatMap((each) => includeTemplate(each, context, role))
        : inserted;
      if (context.isDeclaring && role === "variables") for (const each of list) rememberItem(context, each);
      return list;
    }
    const body = single.value.kind === "list" ? single.value.items : [single.value];
    return applyDirective(directive, single, context, branches, (inner) => expandItems(body, inner, role));
  });
}

function expandMap(map: YamlMap, outer: TemplateContext, role: string): YamlNode {
  const { context, variables } = withOwnVariables(map, outer);
  const branches = new Branches();
  const entries: YamlEntry[] = [];
  for (const each of map.entries) {
    const directive = directiveOf(each.key.value);
    if (!directive) {
      branches.reset();
      checkDirective(each.key);
      const key = expandText(each.key.value, context, each.key.at);
      if (key.kind !== "scalar") throw new PipelineError(each.key.at, "a key must become text");
      const expanded = key.value === "variables" && variables;
      const value = expanded || expandNode(each.value, context, key.value);
      entries.push({ key, value });
      if (context.isDeclaring && role === "variables") remember(context, key, value);
      continue;
    }
    const results = applyDirective(directive, each, context, branches, (inner) => [
      expandNode(each.value, inner, role),
    ]);
    for (const result of results) {
      // If a map has only conditions, the chosen one is its whole value, which can be text or a list.
      if (result.kind !== "map" && map.entries.every((other) => directiveOf(other.key.value))) return result;
      if (result.kind === "scalar" && result.value === "") continue;
      if (result.kind !== "map")
        throw new PipelineError(each.value.at, `\${{ ${directive.kind} }} must contain keys and values here`);
      entries.push(...result.entries);
    }
  }
  return { ...map, entries };
}

/** The variables of a pipeline, stage or job are known to all expressions in it, and to the variables after them. */
function withOwnVariables(
  map: YamlMap,
  context: TemplateContext,
): { context: TemplateContext; variables?: YamlNode } {
  const declared = entry(map, "variables");
  const isScope = scopeKeys.some((key) => entry(map, key));
  if (!declared || !isScope) return { context };
  const inner = withVariables(context);
  const variables = expandNode(declared, { ...inner, isDeclaring: true }, "variables");
  // ${{ parameters.variables }} becomes all of them at once.
  if (declared.kind === "scalar") rememberAll(inner, variables);
  return { variables, context: inner };
}

/** Remembers whether a branch was taken, for the `elseif` and `else` after an `if`. */
class Branches {
  #isOpen = false;
  #isTaken = false;

  reset(): void {
    this.#isOpen = false;
  }

  /** Whether this branch is taken; undefined for an `elseif` or `else` without an `if` before it. */
  choose(kind: "if" | "elseif" | "else", test: () => boolean): boolean | undefined {
    if (kind !== "if" && !this.#isOpen) return undefined;
    if (kind === "if") this.#isTaken = false;
    this.#isOpen = kind !== "else";
    const isChosen = !this.#isTaken && (kind === "else" || test());
    this.#isTaken ||= isChosen;
    return isChosen;
  }
}

function applyDirective(
  directive: NonNullable<ReturnType<typeof directiveOf>>,
  { key, value }: YamlEntry,
  context: TemplateContext,
  branches: Branches,
  expandBody: (context: TemplateContext) => YamlNode[],
): YamlNode[] {
  const { kind, expression, variable } = directive;
  if (kind === "insert") {
    branches.reset();
    return [expandNode(value, context)];
  }
  if (kind !== "each") {
    const isChosen = branches.choose(kind, () => toBoolean(evaluateTemplate(expression, context, key.at)));
    if (isChosen === undefined)
      throw new PipelineError(key.at, `\${{ ${kind} }} has no \${{ if }} before it`);
    if (!isChosen) checkSkipped(value, context);
    return isChosen ? expandBody(context) : [];
  }
  branches.reset();
  const collection = evaluateTemplate(expression, context, key.at);
  const items: Value[] = Array.isArray(collection)
    ? collection
    : isObject(collection)
      ? Object.entries(collection).map(([name, member]) => ({ key: name, value: member }))
      : [];
  return items.flatMap((item) => expandBody({ ...context, loops: { ...context.loops, [variable]: item } }));
}

function includeTemplate(node: YamlNode, context: TemplateContext, role: string): YamlNode[] {
  if (node.kind !== "map") return [node];
  const template = entry(node, "template");
  if (!template) return [node];
  for (const { key } of node.entries) checkKey(key, "an item with template", ["template", "parameters"]);
  if (template.kind !== "scalar") throw new PipelineError(template.at, "template must be the path of a file");
  if (template.value.includes("@") && !template.value.endsWith("@self"))
    throw new PipelineError(
      template.at,
      `the template ${template.value} is in another repository, which is not supported; use a template of this repository`,
    );
  const name = template.value.replace(/@self$/, "");
  const including = path.resolve(node.at.file);
  const root = path.dirname(context.files[0] ?? including);
  const file = name.startsWith("/") ? path.join(root, name) : path.resolve(path.dirname(including), name);
  if (context.files.includes(file))
    throw new PipelineError(template.at, `the template ${name} includes itself`);
  if (context.files.length >= 100)
    throw new PipelineError(
      template.at,
      "more than 100 templates include each other, which is the limit of Azure Pipelines",
    );
  const content = loadTemplate(file, name, template.at);
  const inner: TemplateContext = {
    ...context,
    parameters: bindParameters(entry(content, "parameters"), entry(node, "parameters"), node.at, {
      isTemplate: true,
    }),
    loops: {},
    files: [...context.files, file],
  };
  for (const { key } of content.entries) checkKey(key, `a template of ${role}`, [role, "parameters"]);
  const body = entry(content, role);
  if (!body)
    throw new PipelineError(template.at, `the template ${name} has no ${role}; add them, or remove it here`);
  const expanded = expandNode(body, inner, role);
  if (expanded.kind === "list") return expanded.items;
  // Variables can also be written as a map.
  if (role === "variables" && expanded.kind === "map")
    return expanded.entries.map(({ key, value }) => ({
      kind: "map",
      at: key.at,
      entries: [
        { key: { ...key, value: "name" }, value: key },
        { key: { ...key, value: "value" }, value },
      ],
    }));
  throw new PipelineError(body.at, `${role} must be a list`);
}

function loadTemplate(file: string, name: string, at: YamlNode["at"]): YamlMap {
  if (!existsSync(file))
    throw new PipelineError(
      at,
      `there is no template ${name}; ${nearestFile(file, `its path is relative to ${at.file}`)}`,
    );
  let content: YamlNode;
  try {
    content = loadYaml(file);
  } catch (error) {
    if (error instanceof PipelineError) throw error;
    throw new PipelineError(at, (error as Error).message);
  }
  if (content.kind !== "map")
    throw new PipelineError(content.at, "a template must be a map of keys and values");
  return content;
}
