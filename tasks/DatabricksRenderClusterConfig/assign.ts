import { InputError } from "../../shared/task/host.ts";
import { type Assignment, type Segment, typedValue } from "./assignments.ts";
import { isObject, type Json, type JsonObject } from "./json.ts";

/** Fields of the Clusters API that map free names to text: everything after them is one name, whatever dots it has. */
const textMaps = ["spark_conf", "spark_env_vars", "custom_tags"];

/** Puts the value where the path leads, creating what is not there. Fails with one sentence where the path leads nowhere. */
export function assign(config: JsonObject, assignment: Assignment): void {
  const [first, ...rest] = assignment.segments;
  if (first !== undefined && textMaps.includes(first.key) && rest.length > 0) {
    const name = rest.map((segment) => segment.key).join(".");
    const map = container(config, first.key, rest, assignment);
    if (!isObject(map)) throw dead(assignment, first.key, map);
    // Databricks takes text alone here: true is to arrive as "true".
    map[name] = textOf(assignment.text);
    return;
  }
  place(config, assignment.segments, assignment);
}

function place(target: Json[] | JsonObject, segments: readonly Segment[], assignment: Assignment): void {
  const { key, taken } = nextKey(target, segments, assignment);
  const rest = segments.slice(taken);
  if (rest.length === 0) {
    (target as JsonObject)[key] = typedValue(assignment.text);
    return;
  }
  const next = container(target as JsonObject, key, rest, assignment);
  place(next, rest, assignment);
}

/** The key or index that the next segments name: of an object's keys, the longest that they spell with their dots. */
function nextKey(
  target: Json[] | JsonObject,
  segments: readonly Segment[],
  assignment: Assignment,
): { key: string; taken: number } {
  const { key, quoted } = segments[0]!;
  if (Array.isArray(target)) {
    const index = quoted || !/^\d+$/.test(key) ? Number.NaN : Number(key);
    if (index <= target.length) return { key: String(index), taken: 1 };
    throw new InputError(
      `Input 'values' assigns to '${assignment.path}', but there the template has a list of ${target.length}: name an item from 0 to ${target.length}, where the last one is new.`,
    );
  }
  if (quoted) return { key, taken: 1 };
  const plain = segments.findIndex((segment) => segment.quoted);
  for (let taken = plain === -1 ? segments.length : plain; taken > 1; taken--) {
    const joined = segments
      .slice(0, taken)
      .map((segment) => segment.key)
      .join(".");
    if (Object.hasOwn(target, joined)) return { key: joined, taken };
  }
  return { key, taken: 1 };
}

/** The object or list at `key`, made where there is none: a list where a number comes next. */
function container(
  target: JsonObject,
  key: string,
  rest: readonly Segment[],
  assignment: Assignment,
): Json[] | JsonObject {
  const value = Object.hasOwn(target, key) ? target[key] : undefined;
  if (isObject(value) || Array.isArray(value)) return value;
  if (value !== undefined && value !== null) throw dead(assignment, key, value);
  const made = !rest[0]!.quoted && /^\d+$/.test(rest[0]!.key) && !textMaps.includes(key) ? [] : {};
  target[key] = made;
  return made;
}

function dead(assignment: Assignment, key: string, value: Json): InputError {
  const kind = Array.isArray(value) ? "a list" : `a ${typeof value}`;
  return new InputError(
    `Input 'values' assigns to '${assignment.path}', but '${key}' is ${kind} in the template, with nothing inside: correct the path.`,
  );
}

function textOf(text: string): string {
  const value = typedValue(text);
  return typeof value === "string" ? value : text;
}
