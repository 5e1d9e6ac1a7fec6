import type { Value, ValueObject } from "../expressions/values.ts";

/** A place in a pipeline's file; line and column start at 1. */
export interface Position {
  file: string;
  line: number;
  column: number;
}

/** A YAML document with the place of each part. Every scalar is text, as in Azure Pipelines. */
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
  /** Whether the value of a key is empty because it could not be expanded. */
  isBroken?: boolean;
}
interface YamlList {
  kind: "list";
  items: YamlNode[];
  at: Position;
}
export interface YamlEntry {
  key: YamlScalar;
  value: YamlNode;
}

/**
 * A mistake in a pipeline, or a construct that the local agent does not support: `file.yml:5:3: <problem>; <what to do next>.`, or with
 * the nearest known name `file.yml:5:3: <problem>; did you mean "x"?`. It is thrown before the first step runs.
 */
export class PipelineError extends Error {
  override name = "PipelineError";
  readonly at: Position;
  /** The message without the place. */
  readonly problem: string;

  constructor(at: Position, problem: string) {
    super(`${at.file}:${at.line}:${at.column}: ${problem}${problem.endsWith("?") ? "" : "."}`);
    this.at = at;
    this.problem = problem;
  }
}

/** A construct that Azure Pipelines has and the local agent has not. `--skip-unsupported` runs the pipeline without it. */
export class UnsupportedError extends PipelineError {
  override name = "UnsupportedError";
}

export function entry(node: YamlMap, key: string): YamlNode | undefined {
  return node.entries.find((each) => each.key.value === key)?.value;
}

export function scalar(value: string, at: Position): YamlScalar {
  return { kind: "scalar", value, at };
}

/** The node that each value was read from, so that the steps of a `stepList` parameter keep their places. */
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

/** The node that a value was read from; undefined for a value that an expression computed. */
export function sourceOf(value: Value): YamlNode | undefined {
  return typeof value === "object" && value !== null ? sources.get(value) : undefined;
}
