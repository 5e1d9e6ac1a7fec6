import { lineEnd, matchEnd, quotedEnd, type Token } from "./token.ts";

/** In R, names may contain dots: `dbutils.widgets.text` is one name. */
const namePattern = /[A-Za-z.\x80-\xff][\w.\x80-\xff]*|`[^`\\]*(?:\\.[^`\\]*)*`/y;
const numberPattern = /\.?\d[\w.]*/y;
const rawOpen = /[rR](["'])(-*)([([{])/y;

/** The tokens of an R cell. https://cran.r-project.org/doc/manuals/r-release/R-lang.html#Parser and `?Quotes` for raw strings. */
export function rTokens(text: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  while (at < text.length) {
    const character = text[at]!;
    if (character <= " ") at += 1;
    else if (character === "#") at = lineEnd(text, at);
    else {
      const token = readToken(text, at);
      tokens.push(token);
      at = token.end;
    }
  }
  return tokens;
}

function readToken(text: string, start: number): Token {
  const raw = readRawString(text, start);
  if (raw) return raw;
  if (text[start] === '"' || text[start] === "'") {
    const { end, closed } = quotedEnd(text, start, true);
    return { kind: "string", start, end, constant: closed };
  }
  const number = matchEnd(numberPattern, text, start);
  if (number >= 0) return { kind: "number", start, end: number };
  const name = matchEnd(namePattern, text, start);
  return name >= 0 ? { kind: "name", start, end: name } : { kind: "symbol", start, end: start + 1 };
}

/** `r"(…)"`, `R'---[…]---'`. */
function readRawString(text: string, start: number): Token | undefined {
  rawOpen.lastIndex = start;
  const open = rawOpen.exec(text);
  if (!open) return undefined;
  const closer = { "(": ")", "[": "]", "{": "}" }[open[3]!]! + open[2]! + open[1]!;
  const body = text.indexOf(closer, start + open[0].length);
  if (body < 0) return { kind: "string", start, end: text.length, constant: false };
  return { kind: "string", start, end: body + closer.length, constant: true };
}
