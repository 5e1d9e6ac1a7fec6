import type { CodeDeclaration } from "./declaration.ts";
import { constantString, isSymbol, nameAt, stringOf, type TokenizedCode } from "./expression.ts";

const kinds = new Set(["text", "dropdown", "combobox", "multiselect"]);
/** A query with no other names than these only lists literals; with any other, the choices depend on data. */
const listingWords = new Set(["select", "distinct", "all", "from", "values", "union", "array", "explode"]);

/**
 * SQL's `CREATE WIDGET TEXT | DROPDOWN | COMBOBOX | MULTISELECT name DEFAULT 'value' [CHOICES query]`, with keywords in any case and
 * the name bare, in backticks or as a string.
 * https://docs.databricks.com/aws/en/notebooks/widgets#databricks-widget-types
 */
export function* findCreateWidget(code: TokenizedCode): Generator<CodeDeclaration> {
  for (let index = 0; index < code.tokens.length; index += 1) {
    const kind = word(code, index + 2);
    if (word(code, index) !== "create" || word(code, index + 1) !== "widget" || !kinds.has(kind)) continue;
    const nameIndex = index + 3;
    const widget =
      nameAt(code, nameIndex) ?? stringOf(code, constantString(code, { from: nameIndex, to: nameIndex + 1 }));
    if (widget === undefined) continue;
    const end = statementEnd(code, nameIndex + 1);
    yield {
      widget,
      kind,
      start: code.tokens[index]!.start,
      default: readDefault(code, nameIndex + 1, end),
      choices: readChoices(code, nameIndex + 1, end),
    };
  }
}

function readDefault(code: TokenizedCode, from: number, end: number): CodeDeclaration["default"] {
  if (word(code, from) !== "default" || from + 1 >= end) return "missing";
  const choices = indexOfWord(code, "choices", from, end);
  const constant = constantString(code, { from: from + 1, to: choices });
  if (constant) return { start: constant.start, end: constant.end, literal: true };
  return {
    start: code.tokens[from + 1]!.start,
    end: code.tokens[Math.max(from + 2, choices) - 1]!.end,
    literal: false,
  };
}

function readChoices(code: TokenizedCode, from: number, end: number): CodeDeclaration["choices"] {
  const values: string[] = [];
  let complete = true;
  for (let index = indexOfWord(code, "choices", from, end) + 1; index < end; index += 1) {
    const token = code.tokens[index]!;
    const text = code.text.slice(token.start, token.end);
    if (token.kind === "number") values.push(text);
    else if (token.kind === "string") {
      const value = stringOf(code, constantString(code, { from: index, to: index + 1 }));
      if (value === undefined) complete = false;
      else values.push(value);
    } else if (token.kind === "name" ? !listingWords.has(text.toLowerCase()) : !"()[],*".includes(text)) {
      complete = false;
    }
  }
  return { values, complete: complete && values.length > 0 };
}

function indexOfWord(code: TokenizedCode, sought: string, from: number, end: number): number {
  let index = from;
  while (index < end && word(code, index) !== sought) index += 1;
  return index;
}

function statementEnd(code: TokenizedCode, from: number): number {
  let index = from;
  while (index < code.tokens.length && !isSymbol(code, index, ";") && !startsStatement(code, index))
    index += 1;
  return index;
}

/** A cell may contain several statements without a `;` between them. */
function startsStatement(code: TokenizedCode, index: number): boolean {
  return ["create", "remove"].includes(word(code, index)) && word(code, index + 1) === "widget";
}

function word(code: TokenizedCode, index: number): string {
  const token = code.tokens[index];
  return token?.kind === "name" ? code.text.slice(token.start, token.end).toLowerCase() : "";
}
