import { DateTime } from "./date-time.ts";
import { Version } from "./version.ts";

export interface ValueObject {
  [key: string]: Value;
}
export type Value = null | boolean | number | string | Version | DateTime | readonly Value[] | ValueObject;

export type Kind = "Null" | "Boolean" | "Number" | "String" | "Version" | "DateTime" | "Array" | "Object";

const primitives: Record<string, Kind> = { boolean: "Boolean", number: "Number", string: "String" };

export function kindOf(value: Value): Kind {
  if (value === null) return "Null";
  if (value instanceof Version) return "Version";
  if (value instanceof DateTime) return "DateTime";
  if (Array.isArray(value)) return "Array";
  return primitives[typeof value] ?? "Object";
}

export function isObject(value: Value): value is ValueObject {
  return kindOf(value) === "Object";
}

/** The name of a member as an object has it: it is found without case. */
export function nameOfMember(object: ValueObject, name: string): string | undefined {
  if (Object.hasOwn(object, name)) return name;
  return Object.keys(object).find((candidate) => candidate.toLowerCase() === name.toLowerCase());
}
