/**
 * A token of notebook code; comments and white space are not tokens. Offsets are those of a *byte string*: a JavaScript string with one
 * character (0–255) for each byte of UTF-8, so that they are also the offsets in the file. Every character from 0x80 on counts as a
 * letter.
 */
export interface Token {
  kind: "name" | "string" | "number" | "symbol" | "newline";
  start: number;
  end: number;
  /** Of a string: whether it is closed and is not bytes, an f-string or interpolated, so that its value is known without running the code. */
  constant?: boolean;
}

/** The end of the match of `pattern`, a sticky one, at `at`; -1 if it does not match. */
export function matchEnd(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : -1;
}

/** The offset of the first line end from `at` on, or of the text's end. */
export function lineEnd(text: string, at: number): number {
  let end = at;
  while (end < text.length && text[end] !== "\n" && text[end] !== "\r") end += 1;
  return end;
}

/** The end of the block comment that begins at `at` and may contain others; the text's end if it is not closed. */
export function nestedCommentEnd(text: string, at: number): number {
  let depth = 0;
  for (let i = at; i < text.length; i += 1) {
    if (text.startsWith("/*", i)) {
      depth += 1;
      i += 1;
    } else if (text.startsWith("*/", i)) {
      depth -= 1;
      i += 1;
      if (depth === 0) return i + 1;
    }
  }
  return text.length;
}

/**
 * The end of a quoted string with backslash escapes, whose quote is at `at`.
 * @param lines whether the string may contain line ends
 */
export function quotedEnd(text: string, at: number, lines: boolean): { end: number; closed: boolean } {
  const quote = text[at];
  for (let i = at + 1; i < text.length; i += 1) {
    const character = text[i];
    if (character === "\\") i += 1;
    else if (character === quote) return { end: i + 1, closed: true };
    else if (!lines && (character === "\n" || character === "\r")) return { end: i, closed: false };
  }
  return { end: text.length, closed: false };
}
