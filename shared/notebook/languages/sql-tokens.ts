import { lineEnd, matchEnd, nestedCommentEnd, quotedEnd, type Token } from "./token.ts";

const namePattern = /[A-Za-z_\x80-\xff][\w\x80-\xff]*|`[^`]*`/y;
const numberPattern = /\.?\d[\w.]*/y;

/** The tokens of a SQL cell, as in Spark's SqlBaseLexer.g4. */
export function sqlTokens(text: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  while (at < text.length) {
    if (text[at]! <= " ") at += 1;
    else if (text.startsWith("--", at)) at = lineCommentEnd(text, at);
    else if (text.startsWith("/*", at)) at = nestedCommentEnd(text, at);
    else {
      const token = readToken(text, at);
      tokens.push(token);
      at = token.end;
    }
  }
  return tokens;
}

/** In Spark, a comment whose line ends with a backslash continues on the next line. */
function lineCommentEnd(text: string, start: number): number {
  let end = lineEnd(text, start);
  while (text[end - 1] === "\\" && /^\r?\n/.test(text.slice(end, end + 2))) {
    end = lineEnd(text, end + (text[end] === "\r" ? 2 : 1));
  }
  return end;
}

function readToken(text: string, start: number): Token {
  if (isQuote(text[start])) return readString(text, start);
  if ((text[start] === "r" || text[start] === "R") && isQuote(text[start + 1])) {
    const close = text.indexOf(text[start + 1]!, start + 2);
    return { kind: "string", start, end: close < 0 ? text.length : close + 1, constant: close >= 0 };
  }
  const name = matchEnd(namePattern, text, start);
  if (name >= 0) return { kind: "name", start, end: name };
  const number = matchEnd(numberPattern, text, start);
  return number >= 0 ? { kind: "number", start, end: number } : { kind: "symbol", start, end: start + 1 };
}

/** `'it''s'` is one string: a doubled quote is one quote. */
function readString(text: string, start: number): Token {
  let { end, closed } = quotedEnd(text, start, true);
  while (closed && text[end] === text[start]) ({ end, closed } = quotedEnd(text, end, true));
  return { kind: "string", start, end, constant: closed };
}

function isQuote(character: string | undefined): boolean {
  return character === "'" || character === '"';
}
