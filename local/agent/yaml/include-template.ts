import { existsSync } from "node:fs";
import path from "node:path";
import { didYouMean } from "../../../shared/text/did-you-mean.ts";
import { checkKey } from "./fields.ts";
import { loadYaml, nearestFile } from "./load.ts";
import {
  entry,
  PipelineError,
  UnsupportedError,
  type YamlMap,
  type YamlNode,
  type YamlScalar,
} from "./node.ts";
import { bindParameters } from "./parameters.ts";
import { resourceNames } from "./parse-context.ts";
import type { Problems } from "./problems.ts";
import type { TemplateContext } from "./template-context.ts";

/** What the expansion of a file needs beside what `${{ }}` can refer to. */
export interface ExpandContext extends TemplateContext {
  problems: Problems;
  /** The root of the repository, from which the path of a template that begins with a slash leads. */
  root: string;
  /** The names in `resources.repositories`, for `template: FILE@NAME`. */
  repositories: readonly string[];
}

type Expand = (node: YamlNode, context: ExpandContext, role?: string) => YamlNode;

/** The keys that a template may have beside its list and its parameters. */
const templateKeys = ["parameters", "resources"];

/** The items that an item of a list becomes: those of another file, if it is a `template`. */
export function includeTemplate(
  node: YamlNode,
  context: ExpandContext,
  role: string,
  expand: Expand,
): YamlNode[] {
  if (node.kind !== "map") return [node];
  const reference = entry(node, "template");
  if (!reference) return [node];
  if (node.isBroken) return [];
  for (const { key } of node.entries) checkKey(key, "an item with template", ["template", "parameters"]);
  const { content, context: inner, name } = openTemplate(node, reference, context);
  const roles = ["jobs", "phases"].includes(role) ? ["jobs", "phases"] : [role];
  for (const { key } of content.entries) checkKey(key, `a template of ${role}`, [...roles, ...templateKeys]);
  const body = roles.map((each) => entry(content, each)).find((each) => each !== undefined);
  if (!body)
    throw new PipelineError(reference.at, `the template ${name} has no ${role}; add them, or remove it here`);
  const expanded = expand(body, inner, role);
  if (expanded.kind === "list") return expanded.items;
  if (expanded.kind === "scalar" && expanded.value === "") return [];
  if (role === "variables") return asList(expanded); // they can also be written as a map
  throw new PipelineError(body.at, `${role} must be a list`);
}

/**
 * `extends`: a pipeline that is its template, with the variables of both. A template can extend another one.
 * https://learn.microsoft.com/azure/devops/pipelines/yaml-schema/extends
 */
export function extendTemplate(root: YamlMap, context: ExpandContext, expand: Expand): YamlMap {
  const node = entry(root, "extends");
  if (!node) return root;
  if (node.kind !== "map") throw new PipelineError(node.at, "extends must be a map with a template");
  for (const { key } of node.entries) checkKey(key, "extends", ["template", "parameters"]);
  const reference = entry(node, "template");
  if (!reference) throw new PipelineError(node.at, "extends must have a template; write template: <file>");
  if (node.isBroken) return { ...root, isBroken: true };
  const { content, context: inner } = openTemplate(node, reference, context);
  const body = { ...content, entries: content.entries.filter(({ key }) => key.value !== "parameters") };
  const expanded = expand(body, inner);
  if (expanded.kind !== "map")
    throw new PipelineError(content.at, "a template must be a map of keys and values");
  const template = extendTemplate(expanded, inner, expand);
  const own = root.entries.filter(({ key }) => key.value !== "extends");
  const added = template.entries.filter(
    ({ key }) => key.value === "variables" || !own.some((each) => each.key.value === key.value),
  );
  const variables = [...added, ...own].filter(({ key }) => key.value === "variables");
  const isBroken = root.isBroken || template.isBroken;
  const rest = [...own, ...added].filter(({ key }) => key.value !== "variables");
  const [first] = variables;
  if (!first) return { ...root, entries: rest, isBroken };
  const items = variables.flatMap(({ value }) => asList(value));
  return {
    ...root,
    isBroken,
    entries: [...rest, { key: first.key, value: { kind: "list", at: first.value.at, items } }],
  };
}

/** Variables as a list of names and values. */
function asList(variables: YamlNode): YamlNode[] {
  if (variables.kind === "list") return variables.items;
  if (variables.kind === "scalar") return [];
  return variables.entries.map(({ key, value }) => ({
    kind: "map",
    at: key.at,
    entries: [
      { key: { ...key, value: "name" }, value: key },
      { key: { ...key, value: "value" }, value },
    ],
  }));
}

function openTemplate(
  node: YamlMap,
  reference: YamlNode,
  context: ExpandContext,
): { content: YamlMap; context: ExpandContext; name: string } {
  if (reference.kind !== "scalar")
    throw new PipelineError(reference.at, "template must be the path of a file");
  const { name, isOfSelf } = nameInRepository(reference, context);
  // Azure Pipelines takes both slashes, of which the first of a path leads from the root of the repository
  // (https://learn.microsoft.com/azure/devops/pipelines/process/templates#reference-template-paths). A path with @self is relative
  // to the file if that is in the same repository, but to the root if it is a parameter for a template of another one.
  const relative = name.replaceAll("\\", "/");
  const beside = path.resolve(path.dirname(path.resolve(node.at.file)), relative);
  const fromRoot = path.join(context.root, relative);
  const isFromRoot = relative.startsWith("/") || (isOfSelf && !existsSync(beside) && existsSync(fromRoot));
  const file = isFromRoot ? fromRoot : beside;
  if (context.files.includes(file))
    throw new PipelineError(reference.at, `the template ${name} includes itself`);
  if (context.files.length >= 100)
    throw new PipelineError(
      reference.at,
      "more than 100 templates include each other, which is the limit of Azure Pipelines",
    );
  const place = isFromRoot
    ? "its path begins at the root of the repository"
    : `its path is relative to ${reference.at.file}`;
  const content = loadTemplate(file, name, reference.at, place);
  const parameters = bindParameters(entry(content, "parameters"), entry(node, "parameters"), node.at, {
    isTemplate: true,
  });
  const repositories = [...context.repositories, ...resourceNames(content).repositories];
  return {
    ...{ name, content },
    context: { ...context, parameters, repositories, loops: {}, files: [...context.files, file] },
  };
}

/** The path of a template without `@self`. @throws UnsupportedError for a template of another repository */
function nameInRepository(
  { value, at }: YamlScalar,
  { repositories }: ExpandContext,
): { name: string; isOfSelf: boolean } {
  const [, name = value, repository] = /^(.*)@([^@]*)$/s.exec(value) ?? [];
  if (repository === undefined) return { name, isOfSelf: false };
  if (repository.toLowerCase() === "self") return { name, isOfSelf: true };
  if (repositories.some((each) => each.toLowerCase() === repository.toLowerCase()))
    throw new UnsupportedError(
      at,
      `the template ${value} is in another repository, which the local agent does not have; use a template of this repository`,
    );
  const known = ["self", ...repositories];
  throw new PipelineError(
    at,
    `the template ${value} is in a repository that resources.repositories does not list; ${didYouMean(repository, known, "add it there")}`,
  );
}

/** @param place says where the path of the template begins */
function loadTemplate(file: string, name: string, at: YamlNode["at"], place: string): YamlMap {
  if (!existsSync(file))
    throw new PipelineError(at, `there is no template ${name}; ${nearestFile(file, place)}`);
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
