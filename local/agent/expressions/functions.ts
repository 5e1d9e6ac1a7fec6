import { compare, equals, toBoolean, toNumber, toText, tryText, withoutCase } from "./convert.ts";
import { format } from "./format.ts";
import { isObject, kindOf, type Value } from "./values.ts";

/** The arguments of a call. Each is evaluated when it is read, because most functions stop at the one that decides. */
export interface Arguments {
  readonly count: number;
  value(index: number): Value;
}

interface ExpressionFunction {
  least: number;
  most: number;
  call(given: Arguments): Value;
}

const unlimited = Number.POSITIVE_INFINITY;
const text = (given: Arguments, index: number) => toText(given.value(index));
const truth = (given: Arguments, index: number) => toBoolean(given.value(index));
const indexes = ({ count }: Arguments, from = 0) =>
  Array.from({ length: count - from }, (_, at) => at + from);

const textComparison = (test: (left: string, right: string) => boolean): ExpressionFunction => ({
  least: 2,
  most: 2,
  call: (given) => test(withoutCase(text(given, 0)), withoutCase(text(given, 1))),
});
const comparison = (test: (difference: number) => boolean): ExpressionFunction => ({
  least: 2,
  most: 2,
  call: (given) => test(compare(given.value(0), given.value(1))),
});
const textFunction = (convert: (text: string) => string): ExpressionFunction => ({
  least: 1,
  most: 1,
  call: (given) => convert(text(given, 0)),
});

function isIn(given: Arguments): boolean {
  const left = given.value(0);
  return indexes(given, 1).some((index) => equals(left, given.value(index)));
}

/** The functions of the expression language, except the status functions, which need a run. */
const functions: Record<string, ExpressionFunction> = {
  and: { least: 2, most: unlimited, call: (given) => indexes(given).every((index) => truth(given, index)) },
  or: { least: 2, most: unlimited, call: (given) => indexes(given).some((index) => truth(given, index)) },
  not: { least: 1, most: 1, call: (given) => !truth(given, 0) },
  xor: { least: 2, most: 2, call: (given) => truth(given, 0) !== truth(given, 1) },
  // Evaluates all of its arguments: testworkflows/azpipelines/iif-functions-ado-no-short-circuit-2025 of ChristopherHX/runner.server.
  iif: {
    least: 3,
    most: 3,
    call: (given) => {
      const [isMet, whenMet, otherwise] = [truth(given, 0), given.value(1), given.value(2)];
      return isMet ? whenMet : otherwise;
    },
  },
  eq: { least: 2, most: 2, call: (given) => equals(given.value(0), given.value(1)) },
  ne: { least: 2, most: 2, call: (given) => !equals(given.value(0), given.value(1)) },
  gt: comparison((difference) => difference > 0),
  ge: comparison((difference) => difference >= 0),
  lt: comparison((difference) => difference < 0),
  le: comparison((difference) => difference <= 0),
  in: { least: 1, most: unlimited, call: isIn },
  notIn: { least: 1, most: unlimited, call: (given) => !isIn(given) },
  contains: textComparison((left, right) => left.includes(right)),
  startsWith: textComparison((left, right) => left.startsWith(right)),
  endsWith: textComparison((left, right) => left.endsWith(right)),
  containsValue: {
    least: 2,
    most: 2,
    call: (given) => {
      const container = given.value(0);
      const values = Array.isArray(container) || isObject(container) ? Object.values(container) : [];
      return values.some((each: Value) => equals(given.value(1), each));
    },
  },
  coalesce: {
    least: 2,
    most: unlimited,
    call: (given) => {
      const isEmpty = (value: Value) => value === null || value === "";
      const index = indexes(given).find((each) => !isEmpty(given.value(each)));
      return given.value(index ?? given.count - 1);
    },
  },
  format: {
    least: 1,
    most: 255,
    call: (given) => format(text(given, 0), given.count - 1, (index) => given.value(index + 1)),
  },
  join: { least: 2, most: 2, call: join },
  split: {
    least: 2,
    most: 2,
    call: (given) => {
      const separators = [...text(given, 1)].map((each) => each.replace(/[\\\]^-]/g, "\\$&")).join("");
      return separators === "" ? [text(given, 0)] : text(given, 0).split(new RegExp(`[${separators}]`, "u"));
    },
  },
  replace: {
    least: 3,
    most: 3,
    call: (given) => {
      const searched = text(given, 1);
      if (searched === "") throw new Error("the text that replace() looks for is empty");
      return text(given, 0).replaceAll(searched, () => text(given, 2));
    },
  },
  // Not documented, but there: https://github.com/ChristopherHX/runner.server/issues/656
  substring: { least: 2, most: 3, call: substring },
  lower: textFunction((input) => input.toLowerCase()),
  upper: textFunction((input) => input.toUpperCase()),
  trim: textFunction((input) => input.trim()),
  length: {
    least: 1,
    most: 1,
    call: (given) => {
      const measured = given.value(0);
      return Array.isArray(measured) || isObject(measured)
        ? Object.keys(measured).length
        : toText(measured).length;
    },
  },
  convertToJson: {
    least: 1,
    most: 1,
    call: (given) => JSON.stringify(plain(given.value(0)), undefined, 2),
  },
  // A local workspace does not count from run to run: each run is the first with its prefix.
  counter: { least: 0, most: 2, call: (given) => (given.count < 2 ? 0 : toNumber(given.value(1))) },
};

const byLowerCaseName = new Map(Object.entries(functions).map(([name, each]) => [name.toLowerCase(), each]));

export const functionNames: readonly string[] = Object.keys(functions);

export function functionOf(name: string): ExpressionFunction | undefined {
  return byLowerCaseName.get(name.toLowerCase());
}

/** Lists and objects in the list become empty text. The separator is not needed for less than two items. */
function join(given: Arguments): string {
  const list = given.value(1);
  if (!Array.isArray(list)) return tryText(list) ?? "";
  const texts = list.map((each: Value) => tryText(each) ?? "");
  return texts.length < 2 ? (texts[0] ?? "") : texts.join(text(given, 0));
}

function substring(given: Arguments): string {
  const whole = text(given, 0);
  const start = Math.trunc(toNumber(given.value(1)));
  const length = given.count > 2 ? Math.trunc(toNumber(given.value(2))) : whole.length - start;
  if (start < 0 || length < 0 || start + length > whole.length)
    throw new Error(
      `substring() cannot take ${length} characters from position ${start} of '${whole}', which has ${whole.length}`,
    );
  return whole.slice(start, start + length);
}

function plain(value: Value): unknown {
  if (Array.isArray(value)) return value.map(plain);
  if (isObject(value))
    return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, plain(each)]));
  return ["Version", "DateTime"].includes(kindOf(value)) ? toText(value) : value;
}
