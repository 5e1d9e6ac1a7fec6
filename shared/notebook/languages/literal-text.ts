/** The text that a byte string (see token.ts) stands for. */
export function decodeBytes(bytes: string): string {
  return Buffer.from(bytes, "latin1").toString("utf8");
}

/** The byte string of a text. */
export function encodeBytes(text: string): string {
  return Buffer.from(text, "utf8").toString("latin1");
}

/** Characters that a literal on one line should not hold bare: controls and DEL. */
export const control = /[\x00-\x1f\x7f]/;

/** Escapes backslash, `quote` and controls; `named` holds a language's short escapes, `numbered` writes the other controls. */
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

/** The character of a code point written as digits, or undefined beyond Unicode. */
export function fromCodePoint(digits: string, radix: number): string | undefined {
  const code = Number.parseInt(digits, radix);
  return code <= 0x10ffff ? String.fromCodePoint(code) : undefined;
}
