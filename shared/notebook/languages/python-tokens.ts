import { lineEnd, matchEnd, type Token } from "./token.ts";

const namePattern = /[A-Za-z_\x80-\xff][\w\x80-\xff]*/y;
const numberPattern = /\.?\d[\w.]*/y;
const stringOpen = /([rRuUbBfFtT]{0,2})("""|'''|"|')/y;
const continuation = /\\(?:\r\n|\n|\r)/y;

/**
 * The tokens of a Python cell (Python 3.12's grammar: strings may nest in an f-string's fields). A `newline` token ends a
 * logical line. IPython's own lines (`%pip …`, `!ls`) give no tokens.
 * https://docs.python.org/3/reference/lexical_analysis.html
 */
export function pythonTokens(text: string): Token[] {
  const tokens: Token[] = [];
  scan({ text, nesting: 0, strings: new Map() }, 0, tokens, false);
  return tokens;
}

interface Scan {
  text: string;
  /** The number of f-strings around the current position. */
  nesting: number;
  /** The strings read so far, by their start: if an f-string turns out to be invalid, the text inside it is read again. */
  strings: Map<number, Token>;
}

/** Python's own limit is about as large. Text that is nested deeper is not read as an f-string. */
const maxNesting = 100;
/** Longer text is not read as a field, which limits the time that text made to be slow can take. */
const maxField = 2_000;

/** Scans code from `at`; with `inField`, up to the `}`, `:` or `!` that ends the expression of an f-string's field. */
function scan(state: Scan, from: number, tokens: Token[], inField: boolean): number {
  const { text } = state;
  const limit = inField ? Math.min(text.length, from + maxField) : text.length;
  let at = from;
  let depth = 0;
  let lineStart = !inField;
  while (at < limit) {
    const character = text[at]!;
    if (character === "\n" || character === "\r") {
      if (depth === 0 && !inField) {
        tokens.push({ kind: "newline", start: at, end: at + 1 });
        lineStart = true;
      }
      at += 1;
    } else if (character === " " || character === "\t" || character === "\f") {
      at += 1;
    } else if (character === "#" || (lineStart && (character === "%" || character === "!"))) {
      at = lineEnd(text, at);
    } else {
      lineStart = false;
      if (inField && depth === 0 && endsField(text, at)) return at;
      const continued = matchEnd(continuation, text, at);
      const string = continued < 0 ? readString(state, at) : undefined;
      const name = string || continued >= 0 ? -1 : matchEnd(namePattern, text, at);
      const number = string || continued >= 0 || name >= 0 ? -1 : matchEnd(numberPattern, text, at);
      if (string) tokens.push(string);
      else if (name >= 0) tokens.push({ kind: "name", start: at, end: name });
      else if (number >= 0) tokens.push({ kind: "number", start: at, end: number });
      else if (continued < 0) {
        if ("([{".includes(character)) depth += 1;
        else if (")]}".includes(character)) depth = Math.max(0, depth - 1);
        tokens.push({ kind: "symbol", start: at, end: at + 1 });
      }
      at = Math.max(continued, string?.end ?? -1, name, number, at + 1);
    }
  }
  return at;
}

function endsField(text: string, at: number): boolean {
  const character = text[at];
  return character === "}" || character === ":" || (character === "!" && text[at + 1] !== "=");
}

function readString(state: Scan, start: number): Token | undefined {
  const known = state.strings.get(start);
  if (known) return known;
  const { text } = state;
  stringOpen.lastIndex = start;
  const open = stringOpen.exec(text);
  if (!open) return undefined;
  const prefix = open[1]!.toLowerCase();
  const quote = open[2]!;
  const bodyStart = start + open[0].length;
  const formatted = prefix.includes("f") || prefix.includes("t");
  // Text that is not a valid f-string of Python 3.12 is read as in older versions: up to the first quote without a backslash.
  const end =
    (formatted && bodyEnd(state, bodyStart, quote, true)) || bodyEnd(state, bodyStart, quote, false);
  const token: Token = {
    kind: "string",
    start,
    end: end ?? (quote.length === 3 ? text.length : lineEnd(text, bodyStart)),
    constant: end !== undefined && !formatted && !prefix.includes("b"),
  };
  state.strings.set(start, token);
  return token;
}

/** The end of a string, after its closing quotes; undefined if it is not closed. */
function bodyEnd(state: Scan, from: number, quote: string, formatted: boolean): number | undefined {
  const { text } = state;
  let at = from;
  while (at < text.length) {
    const character = text[at]!;
    if (character === "\\") at += text.startsWith("\r\n", at + 1) ? 3 : 2;
    else if (text.startsWith(quote, at)) return at + quote.length;
    else if (quote.length === 1 && (character === "\n" || character === "\r")) return undefined;
    else if (formatted && character === "{" && text[at + 1] !== "{") {
      const end = fieldEnd(state, at + 1);
      if (end === undefined) return undefined;
      at = end;
    } else at += formatted && character === "{" ? 2 : 1;
  }
  return undefined;
}

/** The end, after the `}`, of an f-string's field whose expression begins at `from`; undefined if it is not a field. */
function fieldEnd(state: Scan, from: number): number | undefined {
  if (state.nesting >= maxNesting) return undefined;
  state.nesting += 1;
  const end = readField(state, from);
  state.nesting -= 1;
  return end;
}

/** `{expression!r:format}`, where the format may contain fields again. */
function readField(state: Scan, from: number): number | undefined {
  const { text } = state;
  let at = scan(state, from, [], true);
  if (text[at] === "!") at = scan(state, at + 1, [], true);
  if (text[at] === ":") {
    for (at += 1; at < text.length && text[at] !== "}"; at += 1) {
      if (text[at] === "\n") return undefined;
      if (text[at] !== "{") continue;
      const end = fieldEnd(state, at + 1);
      if (end === undefined) return undefined;
      at = end - 1;
    }
  }
  return text[at] === "}" ? at + 1 : undefined;
}
