import { nameOfMember } from "../expressions/values.ts";
import { entry, type YamlNode } from "./node.ts";
import type { TemplateContext } from "./template-context.ts";

/** A context whose variables can be added to without changing those around it. */
export function withVariables<T extends TemplateContext>(context: T): T {
  return { ...context, variables: { ...context.variables } };
}

/** Adds a variable, of a list or of a map, to those that `${{ }}` knows from here on. */
export function remember(
  context: TemplateContext,
  name: YamlNode | undefined,
  value: YamlNode | undefined,
): void {
  if (name?.kind !== "scalar" || value?.kind !== "scalar") return;
  const { variables, given } = context;
  // Predefined variables and those of the caller stay as they are, as they do in the run.
  if (given && nameOfMember(given, name.value) !== undefined) return;
  const known = nameOfMember(variables, name.value);
  if (known !== undefined) delete variables[known];
  variables[name.value] = value.value;
}

/** Adds an item of a list of variables; those of a group are not known before the run. */
export function rememberItem(context: TemplateContext, item: YamlNode): void {
  if (item.kind === "map") remember(context, entry(item, "name"), entry(item, "value"));
}

/** Adds all variables of a block, which may be a list or a map. */
export function rememberAll(context: TemplateContext, variables: YamlNode): void {
  if (variables.kind === "list") for (const item of variables.items) rememberItem(context, item);
  if (variables.kind === "map") for (const { key, value } of variables.entries) remember(context, key, value);
}
