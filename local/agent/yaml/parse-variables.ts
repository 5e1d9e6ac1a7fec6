import { didYouMean } from "../../../shared/text/did-you-mean.ts";
import { checkExpression } from "../expressions/evaluate.ts";
import { variablePlace } from "../expressions/places.ts";
import { Fields } from "./fields.ts";
import { PipelineError, type YamlNode, type YamlScalar } from "./node.ts";
import type { VariableDefinition } from "./pipeline.ts";

export type VariableGroups = Record<string, Record<string, string>>;

/** Reads variables, given as a map or as a list of variables and groups. Templates must be expanded already. */
export function parseVariables(node: YamlNode | undefined, groups: VariableGroups): VariableDefinition[] {
  if (!node) return [];
  if (node.kind === "map") return node.entries.map(({ key, value }) => define(key, value, false));
  if (node.kind === "scalar") throw new PipelineError(node.at, "variables must be a map or a list");
  return node.items.flatMap((item) => {
    const fields = Fields.of(item, "a variable", ["name", "value", "readonly", "group"]);
    const group = fields.scalar("group");
    if (group) return groupVariables(group, groups);
    const name = fields.scalar("name");
    if (!name) throw new PipelineError(item.at, "a variable must have a name or a group");
    return [
      define(
        name,
        fields.node("value") ?? { kind: "scalar", value: "", at: item.at },
        fields.boolean("readonly", false),
      ),
    ];
  });
}

function groupVariables(group: YamlScalar, groups: VariableGroups): VariableDefinition[] {
  const found = groups[group.value];
  if (!found) {
    const advice = "declare it under variableGroups in notebook-ops.local.yml";
    throw new PipelineError(
      group.at,
      `there is no variable group ${group.value}; ${didYouMean(group.value, Object.keys(groups), advice)}`,
    );
  }
  return Object.entries(found).map(([name, value]) => ({
    name,
    value: String(value),
    readOnly: false,
    at: group.at,
  }));
}

function define(name: YamlScalar, value: YamlNode, readOnly: boolean): VariableDefinition {
  if (value.kind !== "scalar") throw new PipelineError(value.at, `the variable ${name.value} must be text`);
  const source = runtimeExpression(value.value);
  if (source !== undefined)
    try {
      checkExpression(source, variablePlace);
    } catch (error) {
      throw new PipelineError(value.at, `$[ ${source.trim()} ]: ${(error as Error).message}`);
    }
  return { name: name.value, value: value.value, readOnly, at: value.at };
}

/** The expression in `$[ … ]`; undefined if the value is anything else. */
export function runtimeExpression(value: string): string | undefined {
  return /^\s*\$\[(.*)\]\s*$/s.exec(value)?.[1];
}
