import { parseNumber } from "./convert.ts";
import type { Value } from "./values.ts";
import { Version } from "./version.ts";

export interface Token {
  type: "literal" | "name" | "property" | "sign";
  /** As written. */
  text: string;
  /** The value of a literal. */
  value: Value;
}

/** As LexicalAnalyzer.cs of the expression library reads them. @throws Error with one phrase */
export function tokenize(source: string): Token[] {
  const tokens: Token[] = [];
  const pattern = /\s+|('(?:[^']|'')*')|([[\](),*])|([^\s[\](),.*'][^\s[\](),.]*)|(\.)/y;
  while (pattern.lastIndex < source.length) {
    const start = pattern.lastIndex;
    const before = tokens.at(-1);
    // A dot starts a number, as in .5, at the start of an expression, an index or an argument.
    const isNumber = /[-.\d]/.test(source[start]!) && (source[start] !== "." || isStart(before));
    if (isNumber) {
      const [text = ""] = /^[-.\d][^\s[\](),]*/.exec(source.slice(start)) ?? [];
      tokens.push({ type: "literal", text, value: readNumber(text, source) });
      pattern.lastIndex = start + text.length;
      continue;
    }
    const match = pattern.exec(source);
    if (!match) throw new Error(unrecognized(source.slice(start), source));
    const [, text, sign, word, dot] = match;
    if (text !== undefined)
      tokens.push({ type: "literal", text, value: text.slice(1, -1).replaceAll("''", "'") });
    else if (sign !== undefined || dot !== undefined)
      tokens.push({ type: "sign", text: sign ?? ".", value: null });
    else if (word !== undefined) tokens.push(readWord(word, before, source));
  }
  return tokens;
}

function isStart(before: Token | undefined): boolean {
  return before === undefined || (before.type === "sign" && ["(", "[", ","].includes(before.text));
}

function readWord(text: string, before: Token | undefined, source: string): Token {
  if (!/^[A-Za-z_]\w*$/.test(text)) {
    const advice = text.includes("-")
      ? "; write a name with a dash as an index, as in variables['my-name']"
      : "";
    throw new Error(unrecognized(text, source) + advice);
  }
  if (before?.type === "sign" && before.text === ".") return { type: "property", text, value: null };
  // There is no literal null: it is only the value of a member that does not exist.
  const literal = { true: true, false: false }[text.toLowerCase()];
  return literal === undefined
    ? { type: "name", text, value: null }
    : { type: "literal", text, value: literal };
}

/** Numbers have at most one dot, versions two or three. Neither has a plus sign, an exponent or hexadecimal digits. */
function readNumber(text: string, source: string): Value {
  const value = text.split(".").length > 2 ? Version.parse(text) : parseNumber(text, false);
  if (value === undefined)
    throw new Error(`${text} is neither a number nor a version, in the expression: ${source.trim()}`);
  return value;
}

function unrecognized(text: string, source: string): string {
  if (text.startsWith('"'))
    return `text is in single quotes, not in double quotes, in the expression: ${source.trim()}`;
  return `unexpected ${JSON.stringify(text.slice(0, 30))} in the expression: ${source.trim()}`;
}
