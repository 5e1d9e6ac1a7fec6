/**
 * A token of notebook code. Comments and blanks give none. Offsets are into a *byte string*: a JavaScript string with one
 * character (0–255) for each byte of UTF-8, so that offsets in it are offsets in the file; every character at or above
 * 0x80 counts as a letter.
 */
export interface Token {
  kind: "name" | "string" | "number" | "symbol" | "newline";
  start: number;
  end: number;
  /** For a string: it is closed, and what it holds is known without running the code (no f-string, no bytes, no interpolator). */
  constant?: boolean;
}

/** The end of what `pattern` (sticky) matches at `at`, or -1. */
export function matchEnd(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : -1;
}

/** The offset of the next line end at or after `at`, or the text's end. */
export function lineEnd(text: string, at: number): number {
  let end = at;
  while (end < text.length && text[end] !== "\n" && text[end] !== "\r") end += 1;
  return end;
}

/** The end of a block comment that may hold others, opened at `at`; the text's end where it is not closed. */
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

/** A quoted string with backslash escapes, from its quote at `at`; unclosed where the text or (unless `lines`) the line ends. */
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
