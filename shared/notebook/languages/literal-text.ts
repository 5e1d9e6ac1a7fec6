/** The text of a byte string (see token.ts). */
export function decodeBytes(bytes: string): string {
  return Buffer.from(bytes, "latin1").toString("utf8");
}

/** The byte string of a text. */
export function encodeBytes(text: string): string {
  return Buffer.from(text, "utf8").toString("latin1");
}

/** Control characters, which a literal on one line should not contain without an escape. */
export const control = /[\x00-\x1f\x7f]/;

/** C's escapes of one letter, which Python and R have too. */
export const letterEscapes: Readonly<Record<string, string>> = {
  a: "\x07",
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
  v: "\v",
};

/** The short escapes that every language has. */
export const shortEscapes: Readonly<Record<string, string>> = { "\n": "\\n", "\r": "\\r", "\t": "\\t" };

/** Escapes backslashes, `quote` and control characters: those in `named` by their short escapes, others by `numbered`. */
export function escapeText(
  value: string,
  quote: string,
  named: Readonly<Record<string, string>>,
  numbered: (code: number) => string,
): string {
  let escaped = "";
  for (const character of value) {
    if (character === "\\" || character === quote) escaped += `\\${character}`;
    else if (named[character] !== undefined) escaped += named[character];
    else if (control.test(character)) escaped += numbered(character.charCodeAt(0));
    else escaped += character;
  }
  return escaped;
}

/** `code` in hexadecimal, padded with zeros to `digits`. */
export function hex(code: number, digits: number): string {
  return code.toString(16).padStart(digits, "0");
}

/** The character of a code point; undefined if Unicode has no such code point. */
export function fromCodePoint(digits: string, radix: number): string | undefined {
  const code = Number.parseInt(digits, radix);
  return code <= 0x10ffff ? String.fromCodePoint(code) : undefined;
}
