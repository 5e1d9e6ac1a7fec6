import type { CodeDeclaration } from "./declaration.ts";
import { constantString, isSymbol, nameAt, type TokenizedCode } from "./expression.ts";

/**
 * The assignments `name = "value"` and `name: str = "value"` at the start of a line of a Python parameters cell. They are the defaults of
 * a Fabric notebook, which the parameters of a run replace.
 * https://learn.microsoft.com/fabric/data-engineering/author-execute-notebook#designate-a-parameters-cell
 */
export function* findAssignments(code: TokenizedCode): Generator<CodeDeclaration> {
  for (let index = 0; index < code.tokens.length; index += 1) {
    const begins =
      index === 0 || code.tokens[index - 1]!.kind === "newline" || isSymbol(code, index - 1, ";");
    const widget = nameAt(code, index);
    if (!begins || widget === undefined) continue;
    let end = index;
    while (end < code.tokens.length && code.tokens[end]!.kind !== "newline" && !isSymbol(code, end, ";"))
      end += 1;
    const equals = equalsSign(code, index + 1, end);
    if (equals === undefined) continue;
    const start = code.tokens[index]!.start;
    if (equals + 1 >= end) continue;
    const constant = constantString(code, { from: equals + 1, to: end });
    yield {
      widget,
      kind: "parameter",
      start,
      default: constant
        ? { start: constant.start, end: constant.end, literal: true }
        : { start: code.tokens[equals + 1]!.start, end: code.tokens[end - 1]!.end, literal: false },
      choices: undefined,
    };
  }
}

/** The index of the `=` after the name and its annotation, if it has one. */
function equalsSign(code: TokenizedCode, from: number, end: number): number | undefined {
  let index = from;
  if (isSymbol(code, index, ":")) while (index < end && !isSymbol(code, index, "=")) index += 1;
  const token = code.tokens[index];
  if (index >= end || !isSymbol(code, index, "=") || code.text[token!.end] === "=") return undefined;
  return index;
}
