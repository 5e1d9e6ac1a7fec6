import { functions } from "./functions.ts";
import { type Expression, parseExpression } from "./parser.ts";
import { isObject, member, toBoolean, type Value, type ValueObject } from "./values.ts";

/** What an expression can refer to where it stands. */
export interface EvaluationContext {
  /** `variables`, `parameters`, `dependencies`, … */
  names: ValueObject;
  /** `succeeded`, `failed`, `always`, …, lower case; the arguments are names of jobs or stages. */
  status?: Record<string, (names: readonly Value[]) => boolean>;
}

/** Evaluates an expression of Azure Pipelines. @throws one phrase that names what is wrong with it. */
export function evaluate(source: string, context: EvaluationContext): Value {
  return evaluateParsed(parseExpression(source), context);
}

/** Throws where an expression names a function that is not known, before anything runs. */
export function checkExpression(source: string, statusFunctions: readonly string[]): void {
  const check = (expression: Expression): void => {
    if (expression.type === "member" || expression.type === "every") check(expression.object);
    if (expression.type === "member") check(expression.key);
    if (expression.type !== "call") return;
    const name = expression.name.toLowerCase();
    if (!(name in functions) && !["and", "or", "iif", ...statusFunctions].includes(name))
      throw new Error(`the function ${expression.name} is not supported`);
    checkCount(expression);
    expression.arguments.forEach(check);
  };
  check(parseExpression(source));
}

function evaluateParsed(expression: Expression, context: EvaluationContext): Value {
  switch (expression.type) {
    case "literal":
      return expression.value;
    case "name": {
      const found = Object.keys(context.names).find(
        (name) => name.toLowerCase() === expression.name.toLowerCase(),
      );
      if (found === undefined)
        throw new Error(
          `${expression.name} is not known here (known: ${Object.keys(context.names).join(", ") || "nothing"}); text is written in '…'`,
        );
      return context.names[found] ?? null;
    }
    case "member":
      return memberOf(evaluateParsed(expression.object, context), evaluateParsed(expression.key, context));
    case "every": {
      const object = evaluateParsed(expression.object, context);
      return everyOf(Array.isArray(object) ? object : isObject(object) ? Object.values(object) : []);
    }
    case "call":
      return call(expression, context);
  }
}

/** Results of `a.*`: the next member is taken of each item. */
const spreads = new WeakSet<object>();

function everyOf(items: Value[]): Value {
  spreads.add(items);
  return items;
}

function memberOf(object: Value, key: Value): Value {
  if (!Array.isArray(object) || !spreads.has(object) || typeof key === "number") return member(object, key);
  return everyOf(object.map((item: Value) => member(item, key)).filter((item: Value) => item !== null));
}

function checkCount(expression: Expression & { type: "call" }): void {
  const counts = { and: [2, Infinity], or: [2, Infinity], iif: [3, 3] }[expression.name.toLowerCase()];
  const known = functions[expression.name.toLowerCase()];
  const [least = 0, most = Infinity] = counts ?? (known ? [known.least, known.most] : []);
  const given = expression.arguments.length;
  if (given < least || given > most)
    throw new Error(
      `the function ${expression.name} takes ${least === most ? least : `${least} or more`} arguments, not ${given}`,
    );
}

function call(expression: Expression & { type: "call" }, context: EvaluationContext): Value {
  const name = expression.name.toLowerCase();
  checkCount(expression);
  const given = expression.arguments;
  const at = (index: number) => evaluateParsed(given[index] ?? { type: "literal", value: null }, context);
  if (name === "and") return given.every((_, index) => toBoolean(at(index)));
  if (name === "or") return given.some((_, index) => toBoolean(at(index)));
  if (name === "iif") return toBoolean(at(0)) ? at(1) : at(2);
  const values = given.map((_, index) => at(index));
  const status = context.status?.[name];
  if (status) return status(values);
  const known = functions[name];
  if (!known) throw new Error(`the function ${expression.name} is not supported`);
  return known.call(values);
}
