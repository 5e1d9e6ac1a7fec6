import { control, escapeText, fromCodePoint, hex, letterEscapes, shortEscapes } from "./literal-text.ts";

const rawPattern = /^[rR](["'])(-*)([([{])([\s\S]*)[)\]}]\2\1$/;
const escapePattern =
  /\\(?:x([0-9A-Fa-f]{1,2})|u\{([0-9A-Fa-f]{1,4})\}|u([0-9A-Fa-f]{1,4})|U\{([0-9A-Fa-f]{1,8})\}|U([0-9A-Fa-f]{1,8})|([0-7]{1,3})|([\s\S]))/g;

/** The value of an R string literal; undefined if it has a code point that Unicode does not have. */
export function decodeR(literal: string): string | undefined {
  const raw = rawPattern.exec(literal);
  if (raw) return raw[4];
  let known = true;
  const decoded = literal.slice(1, -1).replace(escapePattern, (_, x, u1, u2, u3, u4, octal, short) => {
    if (short !== undefined) return letterEscapes[short] ?? short;
    const character =
      octal !== undefined ? fromCodePoint(octal, 8) : fromCodePoint(x ?? u1 ?? u2 ?? u3 ?? u4, 16);
    if (character === undefined) known = false;
    return character ?? "";
  });
  return known ? decoded : undefined;
}

/** `value` as a literal in the form of `model`; undefined if the value contains NUL, which R does not allow in a string. */
export function encodeR(value: string, model: string): string | undefined {
  if (value.includes("\0")) return undefined;
  const raw = rawPattern.exec(model);
  if (raw) {
    const close = { "(": ")", "[": "]", "{": "}" }[raw[3]!]!;
    if (!control.test(value) && !value.includes(close + raw[2]! + raw[1]!)) {
      return model.slice(0, 2 + raw[2]!.length + 1) + value + close + raw[2]! + raw[1]!;
    }
  }
  const quote = raw ? raw[1]! : model[0]!;
  return quote + escapeText(value, quote, shortEscapes, (code) => `\\x${hex(code, 2)}`) + quote;
}
