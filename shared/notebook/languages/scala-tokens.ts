import { lineEnd, matchEnd, nestedCommentEnd, type Token } from "./token.ts";

const namePattern = /[A-Za-z_$\x80-\xff][\w$\x80-\xff]*|`[^`\r\n]*`/y;
const numberPattern = /\d[\w.]*/y;
const characterPattern = /'(?:\\u+[0-9A-Fa-f]{4}|\\[^\r\n]|[^\\'\r\n][\x80-\xbf]*)'/y;

/** The tokens of a Scala cell. https://www.scala-lang.org/files/archive/spec/2.13/01-lexical-syntax.html */
export function scalaTokens(text: string): Token[] {
  const tokens: Token[] = [];
  scan(text, 0, tokens, 0);
  return tokens;
}

/** A `${…}` that is nested deeper is read as text: it would exhaust the stack, and nobody writes it. */
const maxNesting = 100;

/** Scans code up to its end or, with `nesting` above 0, up to the `}` that ends the `${…}` of an interpolated string. */
function scan(text: string, from: number, tokens: Token[], nesting: number): number {
  let at = from;
  let depth = 0;
  while (at < text.length) {
    const character = text[at]!;
    if (character <= " ") at += 1;
    else if (text.startsWith("//", at)) at = lineEnd(text, at);
    else if (text.startsWith("/*", at)) at = nestedCommentEnd(text, at);
    else if (character === "}" && nesting > 0 && depth === 0) return at;
    else {
      const token = readToken(text, at, nesting);
      if (token.kind === "symbol") {
        if (character === "{") depth += 1;
        else if (character === "}") depth = Math.max(0, depth - 1);
      }
      tokens.push(token);
      at = token.end;
    }
  }
  return at;
}

function readToken(text: string, start: number, nesting: number): Token {
  if (text[start] === '"') return readString(text, start, start, undefined);
  const name = matchEnd(namePattern, text, start);
  // A name directly before a quote is an interpolator: s"…", f"…", raw"…" or one that a library defines.
  if (name >= 0 && text[name] === '"') return readString(text, start, name, nesting);
  if (name >= 0) return { kind: "name", start, end: name };
  const number = matchEnd(numberPattern, text, start);
  if (number >= 0) return { kind: "number", start, end: number };
  const character = matchEnd(characterPattern, text, start);
  if (character >= 0) return { kind: "number", start, end: character };
  return { kind: "symbol", start, end: start + 1 };
}

/** @param nesting the depth of an interpolated string; undefined for other strings */
function readString(text: string, start: number, quoteAt: number, nesting: number | undefined): Token {
  const interpolated = nesting !== undefined;
  const lines = text.startsWith('"""', quoteAt);
  let at = quoteAt + (lines ? 3 : 1);
  while (at < text.length) {
    const character = text[at]!;
    if (lines ? text.startsWith('"""', at) : character === '"') {
      if (!lines) return { kind: "string", start, end: at + 1, constant: !interpolated };
      // """a"""" ends with a quote: the last three quotes close it.
      let end = at + 3;
      while (text[end] === '"') end += 1;
      return { kind: "string", start, end, constant: !interpolated };
    }
    if (!lines && (character === "\n" || character === "\r")) break;
    if (!lines && character === "\\") at += 2;
    else if (interpolated && nesting < maxNesting && text.startsWith("${", at)) {
      at = scan(text, at + 2, [], nesting + 1) + 1;
    } else at += 1;
  }
  return { kind: "string", start, end: Math.min(at, text.length), constant: false };
}
