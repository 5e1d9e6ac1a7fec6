import { entry, UnsupportedError, type YamlMap, type YamlNode } from "./node.ts";
import { parseVariables, type VariableGroups } from "./parse-variables.ts";
import type { ResourceNames, VariableDefinition } from "./pipeline.ts";
import type { Problems } from "./problems.ts";

/** What all parts of a pipeline need to be read. */
export interface ParseContext {
  problems: Problems;
  groups: VariableGroups;
  resources: ResourceNames;
  /** Whether every template and expression could be expanded. If not, what seems to be missing may be in one that could not. */
  isWhole: boolean;
}

/** Reads variables one by one, so that each problem among them is told. */
export function variablesOf(
  node: YamlNode | undefined,
  { problems, groups }: ParseContext,
): VariableDefinition[] {
  const read = (each: YamlNode) => problems.attempt(() => parseVariables(each, groups)) ?? [];
  if (node?.kind === "list") return node.items.flatMap((item) => read({ ...node, items: [item] }));
  if (node?.kind === "map") return node.entries.flatMap((each) => read({ ...node, entries: [each] }));
  return node ? read(node) : [];
}

/** The first problem that only the local agent has with a part, without its place and its advice. */
export function firstUnsupported(problems: Problems): string | undefined {
  const found = problems.sorted().find((problem) => problem instanceof UnsupportedError);
  return found?.problem.split(";")[0];
}

/** The names that a pipeline, or a template that it extends, gives to its resources: also those in `${{ if }}`. */
export function resourceNames(root: YamlMap): ResourceNames {
  const names = (node: YamlNode | undefined, key: string): string[] => {
    if (node?.kind === "list") return node.items.flatMap((item) => names(item, key));
    if (node?.kind !== "map") return [];
    return node.entries.flatMap(({ key: { value: own }, value }) =>
      own === key && value.kind === "scalar" ? [value.value] : names(value, key),
    );
  };
  const resources = entry(root, "resources");
  return { repositories: names(resources, "repository"), pipelines: names(resources, "pipeline") };
}

/** Generates a name as Azure Pipelines does for what has none: `Job1`, `Job2`, … if no other has it. */
export function nameGenerator(base: "Job" | "Stage", given: readonly (string | undefined)[]): () => string {
  const taken = new Set(given.map((name) => name?.toLowerCase()));
  let number = 0;
  return () => {
    do number++;
    while (taken.has(`${base}${number}`.toLowerCase()));
    return `${base}${number}`;
  };
}
