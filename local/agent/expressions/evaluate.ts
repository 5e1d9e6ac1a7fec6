import { didYouMean } from "../../../shared/text/did-you-mean.ts";
import { functionNames, functionOf } from "./functions.ts";
import { type Expression, parseExpression } from "./parser.ts";
import { isObject, member, toBoolean, type Value, type ValueObject } from "./values.ts";

/** What an expression can refer to. */
interface EvaluationContext {
  /** `variables`, `parameters`, `dependencies`, … */
  names: ValueObject;
  /** `succeeded`, `failed`, `always`, … in lower case; their arguments are the names of jobs or stages. */
  status?: Record<string, (names: readonly Value[]) => boolean>;
}

type Call = Expression & { type: "call" };

/** These stop at the first argument that decides their value. */
const shortCircuiting: Record<string, { least: number; most: number }> = {
  and: { least: 2, most: Infinity },
  or: { least: 2, most: Infinity },
  iif: { least: 3, most: 3 },
};

/** Evaluates an expression of Azure Pipelines. @throws Error with one phrase that says what is wrong with it */
export function evaluate(source: string, context: EvaluationContext): Value {
  return evaluateParsed(parseExpression(source), context);
}

/** Finds unknown functions and wrong numbers of arguments before anything runs. @throws Error with one phrase */
export function checkExpression(source: string, statusFunctions: readonly string[]): void {
  const known = [...functionNames, ...Object.keys(shortCircuiting), ...statusFunctions];
  const check = (expression: Expression): void => {
    if (expression.type === "member" || expression.type === "wildcard") check(expression.object);
    if (expression.type === "member") check(expression.key);
    if (expression.type !== "call") return;
    const { name } = expression;
    if (!known.some((each) => each.toLowerCase() === name.toLowerCase())) throw unknownFunction(name, known);
    checkArgumentCount(expression);
    expression.arguments.forEach(check);
  };
  check(parseExpression(source));
}

function evaluateParsed(expression: Expression, context: EvaluationContext): Value {
  switch (expression.type) {
    case "literal":
      return expression.value;
    case "name":
      return valueOfName(expression.name, context.names);
    case "member":
      return memberOf(evaluateParsed(expression.object, context), evaluateParsed(expression.key, context));
    case "wildcard": {
      const object = evaluateParsed(expression.object, context);
      return markWildcard(Array.isArray(object) ? object : isObject(object) ? Object.values(object) : []);
    }
    case "call":
      return call(expression, context);
  }
}

function valueOfName(name: string, names: ValueObject): Value {
  const known = Object.keys(names);
  const found = known.find((each) => each.toLowerCase() === name.toLowerCase());
  if (found !== undefined) return names[found] ?? null;
  const advice = `known are ${known.join(", ") || "no names"}, and text is written '…'`;
  throw new Error(`${name} is not known here; ${didYouMean(name, known, advice)}`);
}

/** Results of `a.*`: a member of such a list is the list of that member of each item. */
const wildcardResults = new WeakSet<object>();

function markWildcard(items: Value[]): Value {
  wildcardResults.add(items);
  return items;
}

function memberOf(object: Value, key: Value): Value {
  if (!Array.isArray(object) || !wildcardResults.has(object) || typeof key === "number")
    return member(object, key);
  return markWildcard(object.map((item: Value) => member(item, key)).filter((item: Value) => item !== null));
}

function checkArgumentCount({ name, arguments: parameters }: Call): void {
  const { least = 0, most = Infinity } = shortCircuiting[name.toLowerCase()] ?? functionOf(name) ?? {};
  const count = parameters.length;
  if (count < least || count > most)
    throw new Error(
      `the function ${name} takes ${least === most ? least : `${least} or more`} arguments, not ${count}`,
    );
}

function call(expression: Call, context: EvaluationContext): Value {
  const name = expression.name.toLowerCase();
  checkArgumentCount(expression);
  const parameters = expression.arguments;
  const valueAt = (index: number) =>
    evaluateParsed(parameters[index] ?? { type: "literal", value: null }, context);
  if (name === "and") return parameters.every((_, index) => toBoolean(valueAt(index)));
  if (name === "or") return parameters.some((_, index) => toBoolean(valueAt(index)));
  if (name === "iif") return toBoolean(valueAt(0)) ? valueAt(1) : valueAt(2);
  const values = parameters.map((_, index) => valueAt(index));
  const status = context.status?.[name];
  if (status) return status(values);
  const known = functionOf(name);
  if (known) return known.call(values);
  const names = [...functionNames, ...Object.keys(shortCircuiting), ...Object.keys(context.status ?? {})];
  throw unknownFunction(expression.name, names);
}

function unknownFunction(name: string, known: readonly string[]): Error {
  const advice = `supported are ${known.join(", ")}`;
  return new Error(`the function ${name} is not supported; ${didYouMean(name, known, advice)}`);
}
