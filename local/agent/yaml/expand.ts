import path from "node:path";
import { isObject, toBoolean, type Value } from "../expressions/values.ts";
import { loadYaml } from "./load.ts";
import { entry, PipelineError, type YamlEntry, type YamlMap, type YamlNode } from "./node.ts";
import { bindParameters } from "./parameters.ts";
import { directiveOf, evaluateTemplate, expandText, type TemplateContext } from "./template-context.ts";

/** The lists in which `template:` stands for the items of another file. */
const templated = ["stages", "jobs", "steps", "variables"];

/** Expands what is known before the run: `${{ }}`, its directives, and templates. `role` is the key under which the node stands. */
export function expandNode(node: YamlNode, context: TemplateContext, role = ""): YamlNode {
  if (node.kind === "scalar") return expandText(node.value, context, node.at);
  if (node.kind === "list") return { ...node, items: expandItems(node.items, context, role) };
  return expandMap(node, context);
}

function expandItems(items: readonly YamlNode[], context: TemplateContext, role: string): YamlNode[] {
  const chain = new Conditions();
  return items.flatMap((item) => {
    const only = item.kind === "map" && item.entries.length === 1 ? item.entries[0] : undefined;
    const directive = only && directiveOf(only.key.value);
    if (!only || !directive) {
      chain.reset();
      const expanded = expandNode(item, context);
      const whole = item.kind === "scalar" && expanded.kind === "list"; // - ${{ parameters.steps }}
      const list = whole ? expanded.items : [expanded];
      return templated.includes(role) ? list.flatMap((each) => includeTemplate(each, context, role)) : list;
    }
    const body = only.value.kind === "list" ? only.value.items : [only.value];
    return applyDirective(directive, only, context, chain, (inner) => expandItems(body, inner, role));
  });
}

function expandMap(map: YamlMap, outer: TemplateContext): YamlNode {
  const { context, variables } = withOwnVariables(map, outer);
  const chain = new Conditions();
  const entries: YamlEntry[] = [];
  for (const each of map.entries) {
    const directive = directiveOf(each.key.value);
    if (!directive) {
      chain.reset();
      const key = expandText(each.key.value, context, each.key.at);
      if (key.kind !== "scalar") throw new PipelineError(each.key.at, "a key must become text");
      const own = key.value === "variables" && variables;
      entries.push({ key, value: own || expandNode(each.value, context, key.value) });
      continue;
    }
    const results = applyDirective(directive, each, context, chain, (inner) => [
      expandNode(each.value, inner),
    ]);
    for (const result of results) {
      // A condition under a key chooses its whole value: text and lists too, where nothing else stands there.
      if (result.kind !== "map" && map.entries.every((other) => directiveOf(other.key.value))) return result;
      if (result.kind === "scalar" && result.value === "") continue;
      if (result.kind !== "map")
        throw new PipelineError(
          each.value.at,
          `what \${{ ${directive.kind} }} inserts here must be keys with values`,
        );
      entries.push(...result.entries);
    }
  }
  return { ...map, entries };
}

/** A stage's, job's or pipeline's variables are known to the expressions beside and under them. */
function withOwnVariables(
  map: YamlMap,
  context: TemplateContext,
): { context: TemplateContext; variables?: YamlNode } {
  const given = entry(map, "variables");
  const isScope = ["stages", "jobs", "steps", "stage", "job", "deployment", "strategy"].some((key) =>
    entry(map, key),
  );
  if (!given || !isScope) return { context };
  const variables = expandNode(given, context, "variables");
  return {
    variables,
    context: { ...context, variables: { ...context.variables, ...knownVariables(variables) } },
  };
}

/** The variables that have a value before the run: neither groups nor `$[ ]`. */
export function knownVariables(node: YamlNode): Record<string, string> {
  const known: Record<string, string> = {};
  const add = (name: YamlNode | undefined, value: YamlNode | undefined) => {
    if (name?.kind === "scalar" && value?.kind === "scalar" && !value.value.startsWith("$["))
      known[name.value] = value.value;
  };
  if (node.kind === "map") for (const { key, value } of node.entries) add(key, value);
  if (node.kind === "list")
    for (const item of node.items) if (item.kind === "map") add(entry(item, "name"), entry(item, "value"));
  return known;
}

/** Keeps what an `if` chose, for the `elseif` and `else` that follow it. */
class Conditions {
  #open = false;
  #met = false;

  reset(): void {
    this.#open = false;
  }

  /** Whether this branch is taken; undefined for an `else` that no `if` stands before. */
  choose(kind: "if" | "elseif" | "else", test: () => boolean): boolean | undefined {
    if (kind !== "if" && !this.#open) return undefined;
    if (kind === "if") this.#met = false;
    this.#open = kind !== "else";
    const chosen = !this.#met && (kind === "else" || test());
    this.#met ||= chosen;
    return chosen;
  }
}

function applyDirective(
  directive: NonNullable<ReturnType<typeof directiveOf>>,
  { key, value }: YamlEntry,
  context: TemplateContext,
  chain: Conditions,
  expandBody: (context: TemplateContext) => YamlNode[],
): YamlNode[] {
  const { kind, expression, variable } = directive;
  if (kind === "insert") {
    chain.reset();
    return [expandNode(value, context)];
  }
  if (kind !== "each") {
    const chosen = chain.choose(kind, () => toBoolean(evaluateTemplate(expression, context, key.at)));
    if (chosen === undefined) throw new PipelineError(key.at, `\${{ ${kind} }} has no \${{ if }} before it`);
    return chosen ? expandBody(context) : [];
  }
  chain.reset();
  const over = evaluateTemplate(expression, context, key.at);
  const items: Value[] = Array.isArray(over)
    ? over
    : isObject(over)
      ? Object.entries(over).map(([name, held]) => ({ key: name, value: held }))
      : [];
  return items.flatMap((item) => expandBody({ ...context, loops: { ...context.loops, [variable]: item } }));
}

function includeTemplate(node: YamlNode, context: TemplateContext, role: string): YamlNode[] {
  if (node.kind !== "map") return [node];
  const template = entry(node, "template");
  if (!template) return [node];
  for (const { key } of node.entries)
    if (!["template", "parameters"].includes(key.value))
      throw new PipelineError(key.at, `${key.value} is not supported beside template`);
  if (template.kind !== "scalar") throw new PipelineError(template.at, "template must be the path of a file");
  if (template.value.includes("@") && !template.value.endsWith("@self"))
    throw new PipelineError(
      template.at,
      `the template ${template.value} of another repository is not supported`,
    );
  const given = template.value.replace(/@self$/, "");
  const root = path.dirname(context.files[0] ?? context.folder);
  const base = path.dirname(path.resolve(node.at.file));
  const file = given.startsWith("/") ? path.join(root, given) : path.resolve(base, given);
  if (context.files.includes(file))
    throw new PipelineError(template.at, `the template ${given} includes itself`);
  if (context.files.length >= 100)
    throw new PipelineError(template.at, "more than 100 templates stand inside each other");
  const content = loadTemplate(file, template.at);
  const inner: TemplateContext = {
    parameters: bindParameters(entry(content, "parameters"), entry(node, "parameters"), node.at),
    variables: context.variables,
    loops: {},
    folder: path.dirname(file),
    files: [...context.files, file],
  };
  const body = entry(content, role);
  if (!body)
    throw new PipelineError(template.at, `the template ${given} has no ${role}, which is what belongs here`);
  for (const { key } of content.entries)
    if (![role, "parameters"].includes(key.value))
      throw new PipelineError(key.at, `${key.value} is not supported in a template of ${role}`);
  const expanded = expandNode(body, inner, role);
  if (expanded.kind === "list") return expanded.items;
  // Variables may also be written as a map.
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

function loadTemplate(file: string, at: YamlNode["at"]): YamlMap {
  let content: YamlNode;
  try {
    content = loadYaml(file);
  } catch (error) {
    if (error instanceof PipelineError) throw error;
    throw new PipelineError(at, (error as Error).message.replace(/\.$/, ""));
  }
  if (content.kind !== "map") throw new PipelineError(content.at, "a template must be a map");
  return content;
}
