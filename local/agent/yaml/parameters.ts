import { didYouMean } from "../../../shared/text/did-you-mean.ts";
import { equals } from "../expressions/convert.ts";
import { withoutUnknownMembers } from "../expressions/members.ts";
import { nameOfMember, type Value, type ValueObject } from "../expressions/values.ts";
import { checkKey } from "./fields.ts";
import {
  entry,
  PipelineError,
  type Position,
  toValue,
  type YamlMap,
  type YamlNode,
  type YamlScalar,
} from "./node.ts";

const listTypes = ["stepList", "jobList", "deploymentList", "stageList", "stringList"];
const mapTypes = ["step", "job", "deployment", "stage"];
/** The types whose values are names, which only Azure DevOps itself could look up. */
const nameTypes = ["environment", "filePath", "pool", "secureFile", "serviceConnection"];
/** https://learn.microsoft.com/azure/devops/pipelines/process/template-parameters#parameter-data-types */
const types = [
  ...["string", "number", "boolean", "object", "legacyObject", "container", "containerResource"],
  ...[...listTypes, ...mapTypes, ...nameTypes],
];
const declarationKeys = ["name", "displayName", "type", "default", "values"];

interface Declaration {
  name: string;
  type: string;
  default?: YamlNode;
  values?: YamlNode;
  at: Position;
}

/**
 * The parameters of a file, each with its given or default value in its declared type. A reference to any other is an error.
 * @param at the place to name if a parameter without a default is not given
 * @throws PipelineError for a parameter that is unknown, missing or of another type
 */
export function bindParameters(
  declared: YamlNode | undefined,
  given: YamlNode | undefined,
  at: Position,
  { isTemplate = false } = {},
): ValueObject {
  const declarations = readDeclarations(declared);
  // The old form of templates takes any parameter, and any reference to one.
  const isTyped = declared?.kind === "list" || !isTemplate;
  if (given && given.kind !== "map" && !(given.kind === "scalar" && given.value === ""))
    throw new PipelineError(given.at, "the parameters of a template must be a map of names and values");
  const entries = given?.kind === "map" ? given.entries : [];
  const names = declarations.map(({ name }) => name);
  const bound: ValueObject = {};
  for (const { key, value } of entries)
    if (isTyped) requireDeclared(key, names);
    else bound[key.value] = toValue(value);
  for (const declaration of declarations) {
    const value =
      entries.find(({ key }) => key.value.toLowerCase() === declaration.name.toLowerCase())?.value ??
      declaration.default;
    if (!value)
      throw new PipelineError(at, `the parameter ${declaration.name} has no default; give it a value`);
    const otherCase = nameOfMember(bound, declaration.name);
    if (otherCase !== undefined) delete bound[otherCase];
    bound[declaration.name] = typedValue(declaration, value);
  }
  return isTyped ? withoutUnknownMembers(bound) : bound;
}

function requireDeclared({ value, at }: YamlScalar, names: readonly string[]): void {
  if (names.some((name) => name.toLowerCase() === value.toLowerCase())) return;
  throw new PipelineError(
    at,
    `there is no parameter ${value}; ${didYouMean(value, names, `there are ${names.join(", ") || "none"}`)}`,
  );
}

function readDeclarations(node: YamlNode | undefined): Declaration[] {
  if (!node || (node.kind === "scalar" && node.value === "")) return [];
  // The old form is a map of names and defaults, whose values may be of any type.
  if (node.kind === "map")
    return node.entries.map(({ key, value }) => ({
      name: key.value,
      type: "any",
      default: value,
      at: key.at,
    }));
  if (node.kind !== "list") throw new PipelineError(node.at, "parameters must be a list");
  return node.items.map((item) => {
    if (item.kind !== "map") throw new PipelineError(item.at, "a parameter must have a name");
    for (const { key } of item.entries) checkKey(key, "a parameter", declarationKeys);
    const name = textOf(item, "name");
    if (!name) throw new PipelineError(item.at, "a parameter must have a name");
    const type = textOf(item, "type") ?? "string";
    if (!types.includes(type)) {
      const advice = `supported types are ${types.join(", ")}`;
      throw new PipelineError(
        item.at,
        `the type ${type} of the parameter ${name} is not supported; ${didYouMean(type, types, advice)}`,
      );
    }
    return { name, type, default: entry(item, "default"), values: entry(item, "values"), at: item.at };
  });
}

function textOf(map: YamlMap, key: string): string | undefined {
  const node = entry(map, key);
  return node?.kind === "scalar" ? node.value : undefined;
}

function typedValue(declaration: Declaration, node: YamlNode): Value {
  const { name, type } = declaration;
  const wrong = (what: string) => new PipelineError(node.at, `the parameter ${name} must be ${what}`);
  if (listTypes.includes(type) && node.kind !== "list") throw wrong("a list");
  if (mapTypes.includes(type) && node.kind !== "map") throw wrong("a map");
  if (type === "stringList" && node.kind === "list")
    for (const item of node.items) requireAllowed(declaration, item, toValue(item));
  if (!["string", "number", "boolean", ...nameTypes].includes(type)) return toValue(node);
  if (node.kind !== "scalar") throw wrong(`a ${type}`);
  const value = typedScalar(type, node.value);
  if (value === undefined) {
    const advice = type === "boolean" ? "write true or false" : "write digits, such as 4 or 2.5";
    throw wrong(`a ${type}, not ${JSON.stringify(node.value)}; ${advice}`);
  }
  requireAllowed(declaration, node, value);
  return value;
}

function requireAllowed({ name, values }: Declaration, node: YamlNode, value: Value): void {
  const allowed = values?.kind === "list" ? values.items.map((item) => toValue(item)) : undefined;
  if (!allowed || allowed.some((each) => equals(value, each))) return;
  const given = node.kind === "scalar" ? node.value : "a list";
  throw new PipelineError(
    node.at,
    `${JSON.stringify(given)} is not a value of the parameter ${name}; ${didYouMean(given, allowed.map(String), `its values are ${allowed.join(", ")}`)}`,
  );
}

function typedScalar(type: string, text: string): Value | undefined {
  if (type === "boolean") return { true: true, false: false }[text.toLowerCase()];
  if (type !== "number") return text;
  return text.trim() !== "" && Number.isFinite(Number(text)) ? Number(text) : undefined;
}
