import type { LanguageName } from "../languages/language.ts";
import { languages } from "../languages/language.ts";
import { decodeBytes } from "../languages/literal-text.ts";
import type { Token } from "../languages/token.ts";

/** A cell's code with its tokens. */
export interface TokenizedCode {
  language: LanguageName;
  text: string;
  tokens: Token[];
}

export function isSymbol(code: TokenizedCode, index: number, symbol: string): boolean {
  const token = code.tokens[index];
  return token?.kind === "symbol" && code.text[token.start] === symbol;
}

export function nameAt(code: TokenizedCode, index: number): string | undefined {
  const token = code.tokens[index];
  if (token?.kind !== "name") return undefined;
  const name = code.text.slice(token.start, token.end);
  return name.startsWith("`") ? name.slice(1, -1) : name;
}

/** The index of the bracket that closes the one at `open`; undefined if the code ends before it. */
export function closingBracket(code: TokenizedCode, open: number): number | undefined {
  let depth = 0;
  for (let index = open; index < code.tokens.length; index += 1) {
    const token = code.tokens[index]!;
    if (token.kind !== "symbol") continue;
    const character = code.text[token.start]!;
    if ("([{".includes(character)) depth += 1;
    else if (")]}".includes(character)) {
      depth -= 1;
      if (depth === 0) return index;
    }
  }
  return undefined;
}

/** A range of tokens: from `from` up to, not including, `to`. */
export interface TokenRange {
  from: number;
  to: number;
}

/** The parts of `range` between its commas outside of brackets; an empty last part (a trailing comma) is dropped. */
export function splitAtCommas(code: TokenizedCode, { from, to }: TokenRange): TokenRange[] {
  const parts: TokenRange[] = [];
  let start = from;
  for (let index = from; index < to; index += 1) {
    const token = code.tokens[index]!;
    if (token.kind !== "symbol") continue;
    if ("([{".includes(code.text[token.start]!)) index = closingBracket(code, index) ?? to;
    else if (code.text[token.start] === ",") {
      parts.push({ from: start, to: index });
      start = index + 1;
    }
  }
  if (start < to) parts.push({ from: start, to });
  return parts;
}

/** The token of an expression that is one constant string, perhaps in parentheses; undefined for any other expression. */
export function constantString(code: TokenizedCode, range: TokenRange): Token | undefined {
  let { from, to } = range;
  while (to - from > 2 && isSymbol(code, from, "(") && closingBracket(code, from) === to - 1) {
    from += 1;
    to -= 1;
  }
  const token = code.tokens[from];
  return to - from === 1 && token?.kind === "string" && token.constant ? token : undefined;
}

/** The value of a constant string; undefined if it cannot be known. */
export function stringOf(code: TokenizedCode, token: Token | undefined): string | undefined {
  if (!token) return undefined;
  return languages[code.language].decode(decodeBytes(code.text.slice(token.start, token.end)));
}
