import { equals, type Value, type ValueObject } from "../expressions/values.ts";
import { entry, PipelineError, type Position, toValue, type YamlMap, type YamlNode } from "./node.ts";

const listTypes = ["stepList", "jobList", "deploymentList", "stageList"];
const mapTypes = ["step", "job", "deployment", "stage"];
const types = ["string", "number", "boolean", "object", ...listTypes, ...mapTypes];
const fields = ["name", "displayName", "type", "default", "values"];

interface Declaration {
  name: string;
  type: string;
  default?: YamlNode;
  values?: YamlNode;
  at: Position;
}

/**
 * A file's parameters with the values given for them, each in its declared type.
 * @param at where a missing parameter is reported
 */
export function bindParameters(
  declared: YamlNode | undefined,
  given: YamlNode | undefined,
  at: Position,
): ValueObject {
  const declarations = readDeclarations(declared);
  if (given && given.kind !== "map" && !(given.kind === "scalar" && given.value === ""))
    throw new PipelineError(given.at, "parameters given to a template must be a map");
  const entries = given?.kind === "map" ? given.entries : [];
  for (const { key } of entries)
    if (!declarations.some(({ name }) => name.toLowerCase() === key.value.toLowerCase()))
      throw new PipelineError(
        key.at,
        `there is no parameter ${key.value} (there are: ${declarations.map(({ name }) => name).join(", ") || "none"})`,
      );
  const bound: ValueObject = {};
  for (const declaration of declarations) {
    const value =
      entries.find(({ key }) => key.value.toLowerCase() === declaration.name.toLowerCase())?.value ??
      declaration.default;
    if (!value)
      throw new PipelineError(at, `the parameter ${declaration.name} has no default and must be given`);
    bound[declaration.name] = typed(declaration, value);
  }
  return bound;
}

function readDeclarations(node: YamlNode | undefined): Declaration[] {
  if (!node || (node.kind === "scalar" && node.value === "")) return [];
  // The old form: a map of names and defaults, whose values may be of any type.
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
    for (const { key } of item.entries)
      if (!fields.includes(key.value))
        throw new PipelineError(key.at, `${key.value} is not supported in a parameter`);
    const type = textOf(item, "type") ?? "string";
    if (!types.includes(type))
      throw new PipelineError(item.at, `parameters of type ${type} are not supported`);
    const name = textOf(item, "name");
    if (!name) throw new PipelineError(item.at, "a parameter must have a name");
    return { name, type, default: entry(item, "default"), values: entry(item, "values"), at: item.at };
  });
}

function textOf(map: YamlMap, key: string): string | undefined {
  const node = entry(map, key);
  return node?.kind === "scalar" ? node.value : undefined;
}

function typed(declaration: Declaration, node: YamlNode): Value {
  const { name, type } = declaration;
  const wrong = (what: string) => new PipelineError(node.at, `the parameter ${name} must be ${what}`);
  if (listTypes.includes(type) && node.kind !== "list") throw wrong("a list");
  if (mapTypes.includes(type) && node.kind !== "map") throw wrong("a map");
  if (!["string", "number", "boolean"].includes(type)) return toValue(node);
  if (node.kind !== "scalar") throw wrong(`a ${type}`);
  const value = typedScalar(type, node.value);
  if (value === undefined) throw wrong(`a ${type}, which ${JSON.stringify(node.value)} is not`);
  const { values } = declaration;
  const allowed = values?.kind === "list" ? values.items.map((item) => toValue(item)) : undefined;
  if (allowed && !allowed.some((each) => equals(value, each))) throw wrong(`one of ${allowed.join(", ")}`);
  return value;
}

function typedScalar(type: string, text: string): Value | undefined {
  if (type === "boolean") return { true: true, false: false }[text.toLowerCase()];
  if (type === "string") return text;
  return text.trim() !== "" && Number.isFinite(Number(text)) ? Number(text) : undefined;
}
