import { toText } from "../expressions/convert.ts";
import { evaluate } from "../expressions/evaluate.ts";
import { type Expression, parseExpression } from "../expressions/parser.ts";
import type { Value } from "../expressions/values.ts";

type Context = Parameters<typeof evaluate>[1];

/**
 * A condition with the values of its variables and status functions in place of their names, as the agent shows it for a step that it skips:
 * `and(True, eq('dev', 'prod'))`.
 */
export function expandedCondition(condition: string, context: Context): string {
  const evaluated = (expression: Expression): string => {
    try {
      return literal(evaluate(sourceOf(expression), context));
    } catch {
      return sourceOf(expression);
    }
  };
  const expand = (expression: Expression): string => {
    if (expression.type !== "call") return evaluated(expression);
    const isStatus = context.status && Object.hasOwn(context.status, expression.name.toLowerCase());
    return isStatus
      ? evaluated(expression)
      : `${expression.name}(${expression.arguments.map(expand).join(", ")})`;
  };
  return expand(parseExpression(condition));
}

function sourceOf(expression: Expression): string {
  switch (expression.type) {
    case "literal":
      return literal(expression.value);
    case "name":
      return expression.name;
    case "call":
      return `${expression.name}(${expression.arguments.map(sourceOf).join(", ")})`;
    case "member":
      return `${sourceOf(expression.object)}[${sourceOf(expression.key)}]`;
    case "wildcard":
      return `${sourceOf(expression.object)}.*`;
  }
}

function literal(value: Value): string {
  if (value === null) return "Null";
  return typeof value === "string" ? `'${value.replaceAll("'", "''")}'` : toText(value);
}
