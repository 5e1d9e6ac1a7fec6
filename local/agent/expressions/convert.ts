import { DateTime } from "./date-time.ts";
import { type Kind, kindOf, type Value } from "./values.ts";
import { Version } from "./version.ts";

/*
 * The conversions of https://learn.microsoft.com/azure/devops/pipelines/process/expressions#type-casting, in the details as
 * EvaluationResult.cs of the expression library has them (actions/runner before d0a4a41a6, src/Sdk/DTExpressions/Expressions).
 */

/** The largest number of .NET's Decimal. */
const maxNumber = 2 ** 96;

/** Empty text, 0 and null are false; every other value is true. */
export function toBoolean(value: Value): boolean {
  return !(value === null || value === false || value === 0 || value === "");
}

/** The value as text. @throws Error for a list or an object, as Azure DevOps does */
export function toText(value: Value): string {
  const text = tryText(value);
  if (text !== undefined) return text;
  const advice =
    kindOf(value) === "Array" ? "join(',', …) or convertToJson(…)" : "one of its members or convertToJson(…)";
  throw new Error(`${unconvertible(value, "String")}; use ${advice}`);
}

export function tryText(value: Value): string | undefined {
  switch (kindOf(value)) {
    case "Null":
      return "";
    case "Boolean":
      return value ? "True" : "False";
    case "Number":
      return numberText(value as number);
    case "Array":
    case "Object":
      return undefined;
    default:
      return String(value);
  }
}

/** With up to seven decimals, and without separators of thousands or exponents. */
function numberText(value: number): string {
  const shortest = String(Math.abs(value));
  const [, decimals = ""] = shortest.split(".");
  if (/e\+/.test(shortest)) return BigInt(value).toString();
  const isExact = decimals.length <= 7 && !shortest.includes("e");
  const text = isExact
    ? shortest
    : Math.abs(value)
        .toFixed(7)
        .replace(/\.?0+$/, "");
  return value < 0 && text !== "0" ? `-${text}` : text;
}

/** Signs, spaces around it and separators of thousands are allowed; exponents and hexadecimal digits are not (Decimal.TryParse). */
export function parseNumber(text: string, withSeparators = true): number | undefined {
  const pattern = withSeparators
    ? /^[\t-\r ]*([+-]?)([\d,]*)(?:\.(\d*))?[\t-\r ]*$/
    : /^([+-]?)(\d*)(?:\.(\d*))?$/;
  const [, sign, whole = "", decimals = ""] = pattern.exec(text) ?? [];
  if (!/\d/.test(whole + decimals)) return undefined;
  const value = Number(`${sign}${whole.replaceAll(",", "")}.${decimals}0`);
  return Math.abs(value) <= maxNumber ? value || 0 : undefined;
}

export function tryNumber(value: Value): number | undefined {
  switch (kindOf(value)) {
    case "Null":
      return 0;
    case "Boolean":
      return value ? 1 : 0;
    case "Number":
      return value as number;
    case "String":
      return value === "" ? 0 : parseNumber(value as string);
    default:
      return undefined;
  }
}

/** @throws Error if the value cannot be converted */
export function toNumber(value: Value): number {
  const number = tryNumber(value);
  if (number === undefined) throw new Error(unconvertible(value, "Number"));
  return number;
}

function tryVersion(value: Value): Version | undefined {
  if (value instanceof Version) return value;
  // A number is a version only with decimals: 1.2, not 1.0 or 1.
  if (typeof value === "number") return Version.parse(numberText(value));
  return typeof value === "string" ? Version.parse(value) : undefined;
}

function tryDateTime(value: Value): DateTime | undefined {
  if (value instanceof DateTime) return value;
  return typeof value === "string" ? DateTime.parse(value) : undefined;
}

/** The value converted to a kind; undefined if it cannot be converted. */
function convertTo(kind: Kind, value: Value): Value | undefined {
  switch (kind) {
    case "Null":
      return value === "" || value === null ? null : undefined;
    case "Boolean":
      return toBoolean(value);
    case "Number":
      return tryNumber(value);
    case "String":
      return tryText(value);
    case "Version":
      return tryVersion(value);
    case "DateTime":
      return tryDateTime(value);
    default:
      return undefined;
  }
}

/** The right side is converted to the type of the left side. Values that cannot be converted are different. */
export function equals(left: Value, right: Value): boolean {
  const kind = kindOf(left);
  if (kind === "Array" || kind === "Object") return left === right;
  const converted = convertTo(kind, right);
  return converted !== undefined && compareSame(left, converted) === 0;
}

/** The order of two values, the right one converted to the type of the left one. @throws Error if it cannot be converted */
export function compare(left: Value, right: Value): number {
  const kind = kindOf(left);
  // What has no order is compared as a number, which null can become.
  if (["Null", "Array", "Object"].includes(kind)) return compare(toNumber(left), right);
  const converted = convertTo(kind, right);
  if (converted === undefined) throw new Error(unconvertible(right, kind));
  return compareSame(left, converted);
}

function compareSame(left: Value, right: Value): number {
  if (left instanceof Version && right instanceof Version) return left.compare(right);
  if (left instanceof DateTime && right instanceof DateTime) return left.compare(right);
  if (typeof left === "string" && typeof right === "string") {
    const [a, b] = [withoutCase(left), withoutCase(right)];
    return a < b ? -1 : a > b ? 1 : 0;
  }
  return Number(left) - Number(right);
}

/** Text for ordinal comparisons that ignore case: each character by itself, so that ß is not SS. */
export function withoutCase(text: string): string {
  return text.replace(/\p{Ll}/gu, (letter) => {
    const upper = letter.toUpperCase();
    return upper.length === letter.length ? upper : letter;
  });
}

/** The words of Azure DevOps, so that people find them. */
function unconvertible(value: Value, kind: Kind): string {
  const shown =
    { Array: "Array", Object: "Object", String: `'${value}'` }[kindOf(value) as string] ?? tryText(value);
  return `unable to convert from ${kindOf(value)} to ${kind}, value: ${shown}`;
}
