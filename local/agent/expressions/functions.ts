import {
  compare,
  equals,
  isObject,
  kindOf,
  toBoolean,
  toNumber,
  toText,
  type Value,
  type ValueObject,
} from "./values.ts";

interface ExpressionFunction {
  least: number;
  most: number;
  call(values: readonly Value[]): Value;
}

const unlimited = Number.POSITIVE_INFINITY;
const text = (values: readonly Value[], index: number) => toText(values[index] ?? null);
const value = (values: readonly Value[], index: number): Value => values[index] ?? null;
const textComparison = (test: (left: string, right: string) => boolean): ExpressionFunction => ({
  least: 2,
  most: 2,
  call: (values) => test(text(values, 0).toUpperCase(), text(values, 1).toUpperCase()),
});
const comparison = (test: (difference: number) => boolean): ExpressionFunction => ({
  least: 2,
  most: 2,
  call: (values) => test(compare(value(values, 0), value(values, 1))),
});
const textFunction = (convert: (text: string) => string): ExpressionFunction => ({
  least: 1,
  most: 1,
  call: (values) => convert(text(values, 0)),
});

/**
 * The functions of the expression language, except the status functions, which need a run, and `and`, `or` and `iif`, which do not
 * evaluate all of their arguments.
 */
const functions: Record<string, ExpressionFunction> = {
  not: { least: 1, most: 1, call: ([operand = null]) => !toBoolean(operand) },
  xor: { least: 2, most: 2, call: (values) => toBoolean(value(values, 0)) !== toBoolean(value(values, 1)) },
  eq: { least: 2, most: 2, call: (values) => equals(value(values, 0), value(values, 1)) },
  ne: { least: 2, most: 2, call: (values) => !equals(value(values, 0), value(values, 1)) },
  gt: comparison((difference) => difference > 0),
  ge: comparison((difference) => difference >= 0),
  lt: comparison((difference) => difference < 0),
  le: comparison((difference) => difference <= 0),
  in: {
    least: 1,
    most: unlimited,
    call: ([left = null, ...rest]) => rest.some((right) => equals(left, right)),
  },
  notIn: {
    least: 1,
    most: unlimited,
    call: ([left = null, ...rest]) => !rest.some((right) => equals(left, right)),
  },
  contains: textComparison((left, right) => left.includes(right)),
  startsWith: textComparison((left, right) => left.startsWith(right)),
  endsWith: textComparison((left, right) => left.endsWith(right)),
  containsValue: {
    least: 2,
    most: 2,
    call: ([container = null, searched = null]) => {
      const values = Array.isArray(container)
        ? container
        : isObject(container)
          ? Object.values(container)
          : [];
      return values.some((each: Value) => equals(searched, each));
    },
  },
  format: {
    least: 1,
    most: unlimited,
    call: ([pattern = null, ...inserted]) => format(toText(pattern), inserted),
  },
  join: {
    least: 2,
    most: 2,
    call: ([separator = null, list = null]) =>
      Array.isArray(list)
        ? list
            .map((each: Value) => (isObject(each) || Array.isArray(each) ? "" : toText(each)))
            .join(toText(separator))
        : toText(list),
  },
  split: {
    least: 2,
    most: 2,
    call: (values) => {
      const separators = [...text(values, 1)].map((each) => each.replace(/[\\\]^-]/g, "\\$&")).join("");
      return separators === ""
        ? [text(values, 0)]
        : text(values, 0).split(new RegExp(`[${separators}]`, "u"));
    },
  },
  replace: {
    least: 3,
    most: 3,
    call: (values) => text(values, 0).replaceAll(text(values, 1), () => text(values, 2)),
  },
  lower: textFunction((input) => input.toLowerCase()),
  upper: textFunction((input) => input.toUpperCase()),
  trim: textFunction((input) => input.trim()),
  length: {
    least: 1,
    most: 1,
    call: ([measured = null]) =>
      Array.isArray(measured)
        ? measured.length
        : isObject(measured)
          ? Object.keys(measured).length
          : toText(measured).length,
  },
  coalesce: {
    least: 2,
    most: unlimited,
    call: (values) => values.find((each) => each !== null && each !== "") ?? null,
  },
  convertToJson: {
    least: 1,
    most: 1,
    call: ([converted = null]) => JSON.stringify(plain(converted), undefined, 2),
  },
  // A local workspace does not count from run to run: each run is the first with its prefix.
  counter: { least: 0, most: 2, call: (values) => toNumber(value(values, 1)) ?? 0 },
};

const byLowerCaseName = new Map(Object.entries(functions).map(([name, each]) => [name.toLowerCase(), each]));

export const functionNames: readonly string[] = Object.keys(functions);

export function functionOf(name: string): ExpressionFunction | undefined {
  return byLowerCaseName.get(name.toLowerCase());
}

function format(pattern: string, inserted: readonly Value[]): string {
  return pattern.replace(/\{\{|\}\}|\{(\d+)(?::([^}]*))?\}/g, (match, index?: string) => {
    if (index === undefined) return match[0] ?? "";
    if (Number(index) >= inserted.length) throw new Error(`format() has no argument for {${index}}`);
    return toText(inserted[Number(index)] ?? null);
  });
}

function plain(value: Value): unknown {
  if (Array.isArray(value)) return value.map(plain);
  if (isObject(value))
    return Object.fromEntries(Object.entries(value as ValueObject).map(([key, each]) => [key, plain(each)]));
  return kindOf(value) === "version" ? toText(value) : value;
}
