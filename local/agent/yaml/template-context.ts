import { didYouMean } from "../../../shared/text/did-you-mean.ts";
import { toText } from "../expressions/convert.ts";
import { checkExpression, evaluate } from "../expressions/evaluate.ts";
import { missingFromTemplates } from "../expressions/places.ts";
import { isObject, type Value, type ValueObject } from "../expressions/values.ts";
import { PipelineError, type Position, scalar, sourceOf, type YamlNode, type YamlScalar } from "./node.ts";

/** What `${{ }}` can refer to in one file: its parameters, the variables known so far, and the variables of the loops around it. */
export interface TemplateContext {
  parameters: ValueObject;
  variables: ValueObject;
  /** The variables of the caller and the predefined ones, which no variable of a file changes. */
  given?: ValueObject;
  /** Whether the variables of a pipeline, stage or job are being expanded: each is known to those after it. */
  isDeclaring?: boolean;
  loops: ValueObject;
  /** The files that include each other down to this one, to find a template that includes itself. */
  files: readonly string[];
}

export function evaluateTemplate(source: string, context: TemplateContext, at: Position): Value {
  return withPlace(source, at, () => {
    const names = { parameters: context.parameters, variables: context.variables, ...context.loops };
    return evaluate(source, { names, missing: missingFromTemplates });
  });
}

/** @throws PipelineError with the expression */
function withPlace<T>(source: string, at: Position, act: () => T): T {
  try {
    return act();
  } catch (error) {
    throw new PipelineError(at, `\${{ ${source.trim()} }}: ${(error as Error).message}`);
  }
}

const expressionPattern = /\$\{\{((?:'(?:[^']|'')*'|(?!\}\}).)*)\}\}/gs;

/** A text with its `${{ }}` evaluated. A text that is one expression alone can become a map or a list. */
export function expandText(text: string, context: TemplateContext, at: Position): YamlNode {
  const [only, ...others] = [...text.matchAll(expressionPattern)];
  if (only && others.length === 0 && only[0] === text.trim()) {
    const value = evaluateTemplate(only[1] ?? "", context, at);
    return toNode(value, at);
  }
  const expanded = text.replace(expressionPattern, (_, source: string) => {
    const value = evaluateTemplate(source, context, at);
    return withPlace(source, at, () => toText(value));
  });
  if (/\$\{\{/.test(expanded) && expanded === text)
    throw new PipelineError(at, `the \${{ has no closing }}; add it`);
  return scalar(expanded, at);
}

function toNode(value: Value, at: Position): YamlNode {
  const source = sourceOf(value);
  // The items of a list keep their places; the list itself is where it is used, which may need text.
  if (source) return source.kind === "list" ? { ...source, at } : source;
  if (Array.isArray(value)) return { kind: "list", items: value.map((item: Value) => toNode(item, at)), at };
  if (!isObject(value)) return scalar(toText(value), at);
  const entries = Object.entries(value).map(([key, item]) => ({
    key: scalar(key, at),
    value: toNode(item, at),
  }));
  return { kind: "map", entries, at };
}

interface Directive {
  kind: "if" | "elseif" | "else" | "each" | "insert";
  expression: string;
  /** The variable of an `each` loop. */
  variable: string;
}

const directives = ["if", "elseif", "else", "each", "insert"];

/** `${{ if … }}`, `${{ elseif … }}`, `${{ else }}`, `${{ each x in … }}` or `${{ insert }}` as a key. */
export function directiveOf(key: string): Directive | undefined {
  const content = /^\s*\$\{\{\s*(.*?)\s*\}\}\s*$/s.exec(key)?.[1];
  if (content === undefined) return undefined;
  const [, word = "", rest = ""] = /^([a-z]+)\b\s*(.*)$/is.exec(content) ?? [];
  switch (word) {
    case "if":
    case "elseif":
      return { kind: word, expression: rest, variable: "" };
    case "else":
    case "insert":
      return rest === "" ? { kind: word, expression: "", variable: "" } : undefined;
    case "each": {
      const loop = /^([A-Za-z_]\w*)\s+in\s+(.*)$/s.exec(rest);
      return loop ? { kind: "each", variable: loop[1] ?? "", expression: loop[2] ?? "" } : undefined;
    }
    default:
      return undefined;
  }
}

/** @throws PipelineError for a key such as `${{ elsif … }}`, which is neither a directive nor an expression */
export function checkDirective({ value, at }: YamlScalar): void {
  const [, word] = /^\s*\$\{\{\s*([a-z]+)\s+[^\s(.[}]/i.exec(value) ?? [];
  if (word === undefined) return;
  if (directives.includes(word))
    throw new PipelineError(at, `the directive \${{ ${word} }} is not well-formed`);
  const advice = `supported are ${directives.join(", ")}`;
  throw new PipelineError(
    at,
    `the directive \${{ ${word} }} is not supported; ${didYouMean(word, directives, advice)}`,
  );
}

/** Azure DevOps reads the expressions of a branch that is not taken too. @throws PipelineError for the first that is not well-formed */
export function checkSkipped(node: YamlNode, context: TemplateContext): void {
  const names = ["parameters", "variables", ...Object.keys(context.loops)];
  const check = (source: string, at: Position, known: readonly string[]) =>
    withPlace(source, at, () =>
      checkExpression(source, { functions: [], names: known, missing: missingFromTemplates }),
    );
  const checkText = ({ value, at }: YamlScalar, known: readonly string[]) => {
    for (const [, source = ""] of value.matchAll(expressionPattern)) check(source, at, known);
  };
  const visit = (each: YamlNode, known: readonly string[]): void => {
    if (each.kind === "scalar") checkText(each, known);
    if (each.kind === "list") for (const item of each.items) visit(item, known);
    if (each.kind === "map")
      for (const { key, value } of each.entries) {
        const directive = directiveOf(key.value);
        if (!directive) checkText(key, known);
        else if (directive.expression !== "") check(directive.expression, key.at, known);
        visit(value, directive?.kind === "each" ? [...known, directive.variable] : known);
      }
  };
  visit(node, names);
}
