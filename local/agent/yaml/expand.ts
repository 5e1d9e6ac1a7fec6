import { toBoolean } from "../expressions/convert.ts";
import { isObject, type Value } from "../expressions/values.ts";
import { type ExpandContext, includeTemplate } from "./include-template.ts";
import { remember, rememberAll, rememberItem, withVariables } from "./known-variables.ts";
import { entry, PipelineError, scalar, type YamlEntry, type YamlMap, type YamlNode } from "./node.ts";
import {
  checkDirective,
  checkSkipped,
  directiveOf,
  evaluateTemplate,
  expandText,
} from "./template-context.ts";

/** The lists in which `- template: FILE` inserts the items of another file. */
const templatedLists = ["stages", "jobs", "phases", "steps", "variables"];

/** The keys of maps whose `variables` are the variables of a pipeline, stage or job. */
const scopeKeys = ["stages", "jobs", "phases", "steps", "stage", "job", "deployment", "strategy", "extends"];

/** Expands templates, `${{ }}` and its directives. @param role the key that the node is the value of */
export function expandNode(node: YamlNode, context: ExpandContext, role = ""): YamlNode {
  if (node.kind === "scalar") return expandText(node.value, context, node.at);
  if (node.kind === "list") return { ...node, items: expandItems(node.items, context, role) };
  return expandMap(node, context, role);
}

function expandItems(items: readonly YamlNode[], context: ExpandContext, role: string): YamlNode[] {
  const branches = new Branches();
  const expandItem = (item: YamlNode): YamlNode[] => {
    const single = item.kind === "map" && item.entries.length === 1 ? item.entries[0] : undefined;
    const directive = single && directiveOf(single.key.value);
    if (!single || !directive) {
      branches.reset();
      const expanded = expandNode(item, context);
      const isInserted = item.kind === "scalar" && expanded.kind === "list"; // - ${{ parameters.steps }}
      const inserted = isInserted ? expanded.items : [expanded];
      const list = templatedLists.includes(role)
        ? inserted.flatMap((each) => includeTemplate(each, context, role, expandNode))
        : inserted;
      if (context.isDeclaring && role === "variables") for (const each of list) rememberItem(context, each);
      return list;
    }
    const body = single.value.kind === "list" ? single.value.items : [single.value];
    return applyDirective(directive, single, context, branches, (inner) => expandItems(body, inner, role));
  };
  return items.flatMap((item) => context.problems.attempt(() => expandItem(item)) ?? []);
}

function expandMap(map: YamlMap, outer: ExpandContext, role: string): YamlNode {
  const { context, variables } = withOwnVariables(map, outer);
  const branches = new Branches();
  const entries: YamlEntry[] = [];
  let isBroken = map.isBroken;
  for (const each of map.entries) {
    const expanded = context.problems.attempt(() =>
      expandEntry(each, map, context, { branches, variables, role }),
    );
    if (expanded === undefined) {
      isBroken = true;
      // The key remains, so that it is not missed. What was an expression is no key.
      if (!each.key.value.includes("${{")) entries.push({ key: each.key, value: scalar("", each.value.at) });
    } else if (Array.isArray(expanded)) entries.push(...expanded);
    else return expanded;
  }
  return { ...map, entries, isBroken };
}

/** @returns the entries that an entry becomes, or the node that the whole map becomes */
function expandEntry(
  each: YamlEntry,
  map: YamlMap,
  context: ExpandContext,
  { branches, variables, role }: { branches: Branches; variables: YamlNode | undefined; role: string },
): YamlEntry[] | YamlNode {
  const directive = directiveOf(each.key.value);
  if (!directive) {
    branches.reset();
    checkDirective(each.key);
    const key = expandText(each.key.value, context, each.key.at);
    if (key.kind !== "scalar") throw new PipelineError(each.key.at, "a key must become text");
    const expanded = key.value === "variables" && variables;
    const value = expanded || expandNode(each.value, context, key.value);
    if (context.isDeclaring && role === "variables") remember(context, key, value);
    return [{ key, value }];
  }
  const entries: YamlEntry[] = [];
  for (const result of applyDirective(directive, each, context, branches, (inner) => [
    expandNode(each.value, inner, role),
  ])) {
    // If a map has only conditions, the chosen one is its whole value, which can be text or a list.
    if (result.kind !== "map" && map.entries.every((other) => directiveOf(other.key.value))) return result;
    if (result.kind === "scalar" && result.value === "") continue;
    if (result.kind !== "map")
      throw new PipelineError(each.value.at, `\${{ ${directive.kind} }} must contain keys and values here`);
    entries.push(...result.entries);
  }
  return entries;
}

/** The variables of a pipeline, stage or job are known to all expressions in it, and to the variables after them. */
function withOwnVariables(
  map: YamlMap,
  context: ExpandContext,
): { context: ExpandContext; variables?: YamlNode } {
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
  context: ExpandContext,
  branches: Branches,
  expandBody: (context: ExpandContext) => YamlNode[],
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
