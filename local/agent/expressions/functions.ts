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
const textTest = (test: (left: string, right: string) => boolean): ExpressionFunction => ({
  least: 2,
  most: 2,
  call: (values) => test(text(values, 0).toUpperCase(), text(values, 1).toUpperCase()),
});
const order = (test: (difference: number) => boolean): ExpressionFunction => ({
  least: 2,
  most: 2,
  call: (values) => test(compare(value(values, 0), value(values, 1))),
});
const change = (act: (text: string) => string): ExpressionFunction => ({
  least: 1,
  most: 1,
  call: (values) => act(text(values, 0)),
});

/** The functions of the expression language but for the status functions, which need a run; `and`, `or`, `iif` stop early. */
export const functions: Record<string, ExpressionFunction> = {
  not: { least: 1, most: 1, call: ([given = null]) => !toBoolean(given) },
  xor: { least: 2, most: 2, call: (values) => toBoolean(value(values, 0)) !== toBoolean(value(values, 1)) },
  eq: { least: 2, most: 2, call: (values) => equals(value(values, 0), value(values, 1)) },
  ne: { least: 2, most: 2, call: (values) => !equals(value(values, 0), value(values, 1)) },
  gt: order((difference) => difference > 0),
  ge: order((difference) => difference >= 0),
  lt: order((difference) => difference < 0),
  le: order((difference) => difference <= 0),
  in: {
    least: 1,
    most: unlimited,
    call: ([left = null, ...rest]) => rest.some((right) => equals(left, right)),
  },
  notin: {
    least: 1,
    most: unlimited,
    call: ([left = null, ...rest]) => !rest.some((right) => equals(left, right)),
  },
  contains: textTest((left, right) => left.includes(right)),
  startswith: textTest((left, right) => left.startsWith(right)),
  endswith: textTest((left, right) => left.endsWith(right)),
  containsvalue: {
    least: 2,
    most: 2,
    call: ([held = null, wanted = null]) => {
      const values = Array.isArray(held) ? held : isObject(held) ? Object.values(held) : [];
      return values.some((each: Value) => equals(wanted, each));
    },
  },
  format: { least: 1, most: unlimited, call: ([pattern = null, ...given]) => format(toText(pattern), given) },
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
  lower: change((given) => given.toLowerCase()),
  upper: change((given) => given.toUpperCase()),
  trim: change((given) => given.trim()),
  length: {
    least: 1,
    most: 1,
    call: ([given = null]) =>
      Array.isArray(given)
        ? given.length
        : isObject(given)
          ? Object.keys(given).length
          : toText(given).length,
  },
  coalesce: {
    least: 2,
    most: unlimited,
    call: (values) => values.find((each) => each !== null && each !== "") ?? null,
  },
  converttojson: { least: 1, most: 1, call: ([given = null]) => JSON.stringify(plain(given), undefined, 2) },
  // A local workspace keeps no count between runs: each one is the first with its prefix.
  counter: { least: 0, most: 2, call: (values) => toNumber(value(values, 1)) ?? 0 },
};

function format(pattern: string, given: readonly Value[]): string {
  return pattern.replace(/\{\{|\}\}|\{(\d+)(?::([^}]*))?\}/g, (match, index?: string) => {
    if (index === undefined) return match[0] ?? "";
    if (Number(index) >= given.length) throw new Error(`format() was given no argument for {${index}}`);
    return toText(given[Number(index)] ?? null);
  });
}

function plain(given: Value): unknown {
  if (Array.isArray(given)) return given.map(plain);
  if (isObject(given))
    return Object.fromEntries(Object.entries(given as ValueObject).map(([key, each]) => [key, plain(each)]));
  return kindOf(given) === "version" ? toText(given) : given;
}
