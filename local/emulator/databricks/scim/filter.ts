import { isJsonObject, type JsonObject } from "../../http/request.ts";
import { scimError } from "./error.ts";

type Test = (resource: JsonObject) => boolean;

const operators: Record<string, (actual: string, wanted: string) => boolean> = {
  eq: (actual, wanted) => actual === wanted,
  co: (actual, wanted) => actual.includes(wanted),
  sw: (actual, wanted) => actual.startsWith(wanted),
};

/**
 * The test that a filter such as `userName eq "a@b.c" or displayName co data` stands for. The service knows eq, co, sw and ne, joined by
 * `and` and `or`: https://docs.databricks.com/api/scim/v1/list-users
 */
export function parseFilter(filter: string): Test {
  const tokens = filter.match(/"(?:[^"\\]|\\.)*"|[()]|[^\s()]+/g) ?? [];
  const next = () => tokens.shift() ?? "";
  const takes = (word: string) => tokens[0]?.toLowerCase() === word && tokens.shift() !== undefined;
  const invalid = () => scimError(400, `Invalid filter: ${filter}`, "invalidFilter");

  const comparison = (): Test => {
    if (takes("(")) {
      const inner = either();
      if (!takes(")")) throw invalid();
      return inner;
    }
    const [attribute, operator, value] = [next(), next().toLowerCase(), next()];
    const compare = operators[operator === "ne" ? "eq" : operator];
    if (!compare || value === "" || value === ")") throw invalid();
    const wanted = unquoted(value).toLowerCase();
    return (resource) => {
      const isMatch = valuesOf(resource, attribute).some((actual) => compare(actual.toLowerCase(), wanted));
      return operator === "ne" ? !isMatch : isMatch;
    };
  };
  const both = (): Test => {
    const tests = [comparison()];
    while (takes("and")) tests.push(comparison());
    return (resource) => tests.every((test) => test(resource));
  };
  const either = (): Test => {
    const tests = [both()];
    while (takes("or")) tests.push(both());
    return (resource) => tests.some((test) => test(resource));
  };
  const test = either();
  if (tokens.length > 0) throw invalid();
  return test;
}

/** The values of an attribute such as `name.givenName` or `emails` as text. The name's case does not matter: RFC 7643, section 2.1. */
export function valuesOf(value: unknown, attribute: string): string[] {
  if (Array.isArray(value)) return value.flatMap((item) => valuesOf(item, attribute));
  if (!isJsonObject(value)) return value === undefined || attribute !== "" ? [] : [String(value)];
  const [first = "", ...rest] = (attribute || "value").split(".");
  const key = Object.keys(value).find((name) => name.toLowerCase() === first.toLowerCase());
  return key === undefined ? [] : valuesOf(value[key], rest.join("."));
}

function unquoted(value: string): string {
  return value.startsWith('"') ? value.slice(1, -1).replace(/\\(.)/g, "$1") : value;
}
