import { didYouMean } from "../../../shared/text/did-you-mean.ts";
import { type Arguments, functionNames, functionOf } from "./functions.ts";
import { allMembers, member } from "./members.ts";
import { type Expression, parseExpression } from "./parser.ts";
import type { ExpressionPlace } from "./places.ts";
import type { Value, ValueObject } from "./values.ts";

/** What an expression can refer to. */
interface EvaluationContext {
  /** `variables`, `parameters`, `dependencies`, … */
  names: ValueObject;
  /** `succeeded`, `failed`, `always`, … in lower case; their arguments are the names of jobs or stages. */
  status?: Record<string, (names: readonly Value[]) => boolean>;
  /** The functions that this place does not have, with what to do instead. */
  missing?: Record<string, string>;
}

type Call = Expression & { type: "call" };

/** Evaluates an expression of Azure Pipelines. @throws Error with one phrase that says what is wrong with it */
export function evaluate(source: string, context: EvaluationContext): Value {
  return evaluateParsed(parseExpression(source), context);
}

/** Finds unknown functions and names and wrong numbers of arguments before anything runs. @throws Error with one phrase */
export function checkExpression(source: string, place: ExpressionPlace): void {
  const known = [...functionNames.filter((name) => !(name in place.missing)), ...place.functions];
  const check = (expression: Expression): void => {
    if (expression.type === "member" || expression.type === "wildcard") check(expression.object);
    if (expression.type === "member") check(expression.key);
    if (expression.type === "name") requireName(expression.name, place.names);
    if (expression.type !== "call") return;
    const { name } = expression;
    requireFunction(name, place.missing);
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
      return context.names[requireName(expression.name, Object.keys(context.names))] ?? null;
    case "member":
      return member(evaluateParsed(expression.object, context), evaluateParsed(expression.key, context));
    case "wildcard":
      return allMembers(evaluateParsed(expression.object, context));
    case "call":
      return call(expression, context);
  }
}

function requireName(name: string, known: readonly string[]): string {
  const found = known.find((each) => each.toLowerCase() === name.toLowerCase());
  if (found !== undefined) return found;
  const advice = `known are ${known.join(", ") || "no names"}, and text is written '…'`;
  throw new Error(`${name} is not known here; ${didYouMean(name, known, advice)}`);
}

function requireFunction(name: string, missing: Record<string, string> = {}): void {
  const advice = missing[name.toLowerCase()];
  if (advice !== undefined) throw new Error(`the function ${name} is not available here; ${advice}`);
}

function checkArgumentCount({ name, arguments: { length: count } }: Call): void {
  const { least = 0, most = Number.POSITIVE_INFINITY } = functionOf(name) ?? {};
  if (count < least || count > most)
    throw new Error(
      `the function ${name} takes ${least === most ? least : `${least} or more`} arguments, not ${count}`,
    );
}

function call(expression: Call, context: EvaluationContext): Value {
  requireFunction(expression.name, context.missing);
  checkArgumentCount(expression);
  const values = new Map<number, Value>();
  const given: Arguments = {
    count: expression.arguments.length,
    value(index) {
      if (!values.has(index)) values.set(index, evaluateParsed(expression.arguments[index]!, context));
      return values.get(index) ?? null;
    },
  };
  const status = context.status?.[expression.name.toLowerCase()];
  if (status) return status(expression.arguments.map((_, index) => given.value(index)));
  const known = functionOf(expression.name);
  if (known) return known.call(given);
  throw unknownFunction(expression.name, [...functionNames, ...Object.keys(context.status ?? {})]);
}

function unknownFunction(name: string, known: readonly string[]): Error {
  const advice = `supported are ${known.join(", ")}`;
  return new Error(`the function ${name} is not supported; ${didYouMean(name, known, advice)}`);
}
