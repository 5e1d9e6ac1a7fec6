/** A `1.2.3` literal, or a string that was converted to a version: two to four numbers. */
export class Version {
  readonly parts: readonly number[];

  constructor(parts: readonly number[]) {
    this.parts = parts;
  }

  static parse(text: string): Version | undefined {
    if (!/^\d+(\.\d+){1,3}$/.test(text.trim())) return undefined;
    return new Version(text.trim().split(".").map(Number));
  }

  compare(other: Version): number {
    for (let index = 0; index < 4; index++) {
      // A missing part counts as less than 0, as in .NET's System.Version.
      const difference = (this.parts[index] ?? -1) - (other.parts[index] ?? -1);
      if (difference !== 0) return difference;
    }
    return 0;
  }

  toString(): string {
    return this.parts.join(".");
  }
}

export interface ValueObject {
  [key: string]: Value;
}
export type Value = null | boolean | number | string | Version | readonly Value[] | ValueObject;

type Kind = "null" | "boolean" | "number" | "string" | "version" | "array" | "object";

export function kindOf(value: Value): Kind {
  if (value === null) return "null";
  if (value instanceof Version) return "version";
  if (Array.isArray(value)) return "array";
  return typeof value as Kind;
}

export function isObject(value: Value): value is ValueObject {
  return kindOf(value) === "object";
}

/** Empty text, 0 and null are false; every other value is true. */
export function toBoolean(value: Value): boolean {
  return !(value === null || value === false || value === 0 || value === "");
}

export function toText(value: Value): string {
  switch (kindOf(value)) {
    case "null":
      return "";
    case "boolean":
      return value ? "True" : "False";
    case "array":
      return "Array";
    case "object":
      return "Object";
    default:
      return String(value);
  }
}

export function toNumber(value: Value): number | undefined {
  switch (kindOf(value)) {
    case "null":
      return 0;
    case "boolean":
      return value ? 1 : 0;
    case "number":
      return value as number;
    case "string": {
      const text = (value as string).trim();
      if (text === "") return 0;
      return /^[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?$/i.test(text) ? Number(text) : undefined;
    }
    default:
      return undefined;
  }
}

function toVersion(value: Value): Version | undefined {
  if (value instanceof Version) return value;
  // A number is a version only with a decimal part that is not zero: 1.2, not 1.0 or 1.
  if (typeof value === "number")
    return value > 0 && !Number.isInteger(value) ? Version.parse(String(value)) : undefined;
  return typeof value === "string" ? Version.parse(value) : undefined;
}

/** The value converted to a kind; undefined if it cannot be converted. */
function convertTo(kind: Kind, value: Value): Value | undefined {
  switch (kind) {
    case "null":
      return value === "" || value === null ? null : undefined;
    case "boolean":
      return toBoolean(value);
    case "number":
      return toNumber(value);
    case "string":
      return ["array", "object"].includes(kindOf(value)) ? undefined : toText(value);
    case "version":
      return toVersion(value);
    default:
      return undefined;
  }
}

/**
 * Equality as Azure Pipelines defines it: the right side is converted to the type of the left side, and text is compared without case.
 * Values that cannot be converted are different.
 */
export function equals(left: Value, right: Value): boolean {
  const kind = kindOf(left);
  if (kind === "array" || kind === "object") return left === right;
  const converted = convertTo(kind, right);
  return converted !== undefined && compareSame(left, converted) === 0;
}

/** The order of two values, the right one converted to the type of the left one. @throws Error if it cannot be converted */
export function compare(left: Value, right: Value): number {
  const kind = kindOf(left);
  const converted = convertTo(kind, right);
  if (converted === undefined)
    throw new Error(
      `${describe(right)} cannot be compared with ${describe(left)}, because it cannot be converted to a ${kind}`,
    );
  return compareSame(left, converted);
}

function compareSame(left: Value, right: Value): number {
  if (left instanceof Version && right instanceof Version) return left.compare(right);
  if (typeof left === "string" && typeof right === "string") {
    const [a, b] = [left.toUpperCase(), right.toUpperCase()];
    return a < b ? -1 : a > b ? 1 : 0;
  }
  return Number(left) - Number(right);
}

function describe(value: Value): string {
  return kindOf(value) === "string" ? `'${value}'` : toText(value);
}

/** A member of an object, found without case, or an item of a list; null if there is none. */
export function member(value: Value, key: Value): Value {
  if (Array.isArray(value)) return value[toNumber(key) ?? -1] ?? null;
  if (!isObject(value)) return null;
  const name = toText(key);
  if (Object.hasOwn(value, name)) return value[name] ?? null;
  const found = Object.keys(value).find((candidate) => candidate.toLowerCase() === name.toLowerCase());
  return found === undefined ? null : (value[found] ?? null);
}
