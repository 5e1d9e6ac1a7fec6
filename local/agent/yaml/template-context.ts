import { evaluate } from "../expressions/evaluate.ts";
import { isObject, toText, type Value, type ValueObject } from "../expressions/values.ts";
import { PipelineError, type Position, scalar, sourceOf, type YamlNode } from "./node.ts";

/** What `${{ }}` can refer to in one file: its parameters, the variables known so far, the loops it stands in. */
export interface TemplateContext {
  parameters: ValueObject;
  variables: ValueObject;
  loops: ValueObject;
  /** The folder of the file, from which the paths of its templates go. */
  folder: string;
  /** The chain of files that led here, against templates that include themselves. */
  files: readonly string[];
}

export function evaluateTemplate(source: string, context: TemplateContext, at: Position): Value {
  try {
    const names = { parameters: context.parameters, variables: context.variables, ...context.loops };
    return evaluate(source, { names });
  } catch (error) {
    throw new PipelineError(at, `\${{ ${source.trim()} }}: ${(error as Error).message}`);
  }
}

const expressionPattern = /\$\{\{((?:'(?:[^']|'')*'|(?!\}\}).)*)\}\}/gs;

/** A text with its `${{ }}` evaluated: a whole structure where it is nothing but one expression that gives one. */
export function expandText(text: string, context: TemplateContext, at: Position): YamlNode {
  const [only, ...others] = [...text.matchAll(expressionPattern)];
  if (only && others.length === 0 && only[0] === text.trim()) {
    const value = evaluateTemplate(only[1] ?? "", context, at);
    return toNode(value, at);
  }
  const expanded = text.replace(expressionPattern, (_, source: string) =>
    toText(evaluateTemplate(source, context, at)),
  );
  if (/\$\{\{/.test(expanded) && expanded === text)
    throw new PipelineError(at, `this \${{ has no closing }}`);
  return scalar(expanded, at);
}

function toNode(value: Value, at: Position): YamlNode {
  const source = sourceOf(value);
  if (source) return source;
  if (Array.isArray(value)) return { kind: "list", items: value.map((item: Value) => toNode(item, at)), at };
  if (!isObject(value)) return scalar(toText(value), at);
  const entries = Object.entries(value).map(([key, item]) => ({
    key: scalar(key, at),
    value: toNode(item, at),
  }));
  return { kind: "map", entries, at };
}

export interface Directive {
  kind: "if" | "elseif" | "else" | "each" | "insert";
  expression: string;
  /** The loop's variable, for `each`. */
  variable: string;
}

/** `${{ if … }}`, `${{ elseif … }}`, `${{ else }}`, `${{ each x in … }}` or `${{ insert }}` as a key. */
export function directiveOf(key: string): Directive | undefined {
  const inside = /^\s*\$\{\{\s*(.*?)\s*\}\}\s*$/s.exec(key)?.[1];
  if (inside === undefined) return undefined;
  const [, word = "", rest = ""] = /^([a-z]+)\b\s*(.*)$/is.exec(inside) ?? [];
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
