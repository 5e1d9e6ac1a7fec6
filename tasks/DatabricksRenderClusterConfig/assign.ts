import { InputError } from "../../shared/task/host.ts";
import { couldNot } from "../../shared/text/could-not.ts";
import { isObject, type Json, type JsonObject } from "../../shared/text/json.ts";
import { type Assignment, type Segment, typedValue } from "./assignments.ts";

/** Fields of the Clusters API that map names to texts. The rest of a path that begins with one of them is one name, even if it has dots. */
const textMaps = ["spark_conf", "spark_env_vars", "custom_tags"];

/** Sets the value at the path, and creates missing objects and lists on the way. Fails if the path continues after a plain value. */
export function assign(config: JsonObject, assignment: Assignment): void {
  const [first, ...rest] = assignment.segments;
  if (first !== undefined && textMaps.includes(first.key) && rest.length > 0) {
    const name = rest.map((segment) => segment.key).join(".");
    const map = objectOrListAt(config, first.key, rest, assignment);
    if (!isObject(map)) throw wrongKindError(assignment, first.key, map);
    // Databricks accepts only texts here, so true becomes "true".
    map[name] = textOf(assignment.text);
    return;
  }
  setValue(config, assignment.segments, assignment);
}

function setValue(target: Json[] | JsonObject, segments: readonly Segment[], assignment: Assignment): void {
  const { key, taken } = nextKey(target, segments, assignment);
  const rest = segments.slice(taken);
  if (rest.length === 0) {
    (target as JsonObject)[key] = typedValue(assignment.text);
    return;
  }
  const next = objectOrListAt(target as JsonObject, key, rest, assignment);
  setValue(next, rest, assignment);
}

/**
 * The key or index that the next segments name, and how many segments it takes. Since a key may contain dots, this is the longest key of
 * the object that matches.
 */
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
      couldNot(
        `assign '${assignment.path}' of the input 'values'`,
        `the template has a list of ${target.length} items there`,
        `give a number from 0 to ${target.length}; ${target.length} adds an item`,
      ),
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

/** The object or list at `key`. If it is missing, it is created, as a list if the next segment is a number. */
function objectOrListAt(
  target: JsonObject,
  key: string,
  rest: readonly Segment[],
  assignment: Assignment,
): Json[] | JsonObject {
  const value = Object.hasOwn(target, key) ? target[key] : undefined;
  if (isObject(value) || Array.isArray(value)) return value;
  if (value !== undefined && value !== null) throw wrongKindError(assignment, key, value);
  const created = !rest[0]!.quoted && /^\d+$/.test(rest[0]!.key) && !textMaps.includes(key) ? [] : {};
  target[key] = created;
  return created;
}

function wrongKindError(assignment: Assignment, key: string, value: Json): InputError {
  const kind = Array.isArray(value) ? "a list" : `a ${typeof value}`;
  return new InputError(
    couldNot(
      `assign '${assignment.path}' of the input 'values'`,
      `'${key}' is ${kind} in the template`,
      "correct the path",
    ),
  );
}

function textOf(text: string): string {
  const value = typedValue(text);
  return typeof value === "string" ? value : text;
}
