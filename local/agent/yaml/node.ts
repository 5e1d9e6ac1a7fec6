import type { Value, ValueObject } from "../expressions/values.ts";

/** A place in a pipeline's file, counted from 1. */
export interface Position {
  file: string;
  line: number;
  column: number;
}

/** A YAML document with the place of each part: every scalar is text, as in Azure Pipelines. */
export type YamlNode = YamlScalar | YamlMap | YamlList;
export interface YamlScalar {
  kind: "scalar";
  value: string;
  at: Position;
}
export interface YamlMap {
  kind: "map";
  entries: YamlEntry[];
  at: Position;
}
export interface YamlList {
  kind: "list";
  items: YamlNode[];
  at: Position;
}
export interface YamlEntry {
  key: YamlScalar;
  value: YamlNode;
}

/** Something in a pipeline that cannot run here: said before the first step, with its place. */
export class PipelineError extends Error {
  override name = "PipelineError";
  readonly at: Position;
  readonly reason: string;

  constructor(at: Position, reason: string) {
    super(`${at.file}:${at.line}:${at.column}: ${reason}.`);
    this.at = at;
    this.reason = reason;
  }
}

export function entry(node: YamlMap, key: string): YamlNode | undefined {
  return node.entries.find((each) => each.key.value === key)?.value;
}

export function scalar(value: string, at: Position): YamlScalar {
  return { kind: "scalar", value, at };
}

/** Which node a value was read from, so that a list of steps given as a parameter keeps its places. */
const sources = new WeakMap<object, YamlNode>();

export function toValue(node: YamlNode): Value {
  if (node.kind === "scalar") return node.value;
  const value: Value[] | ValueObject =
    node.kind === "list"
      ? node.items.map(toValue)
      : Object.fromEntries(node.entries.map((each) => [each.key.value, toValue(each.value)]));
  sources.set(value, node);
  return value;
}

/** The node that a value was read from, if it was. */
export function sourceOf(value: Value): YamlNode | undefined {
  return typeof value === "object" && value !== null ? sources.get(value) : undefined;
}
