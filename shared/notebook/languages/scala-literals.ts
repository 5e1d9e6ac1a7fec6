import { control, escapeText, hex, shortEscapes } from "./literal-text.ts";

const escapePattern = /\\(?:u+([0-9A-Fa-f]{4})|([0-7]{1,3})|([\s\S]))/g;
const simpleEscapes: Readonly<Record<string, string>> = { b: "\b", f: "\f", n: "\n", r: "\r", t: "\t" };

/** The value of a Scala string literal without an interpolator. */
export function decodeScala(literal: string): string | undefined {
  if (literal.startsWith('"""')) return literal.slice(3, -3);
  return literal
    .slice(1, -1)
    .replace(escapePattern, (_, unicode, octal, short) =>
      short !== undefined
        ? (simpleEscapes[short] ?? short)
        : String.fromCharCode(Number.parseInt(unicode ?? octal, unicode ? 16 : 8)),
    );
}

/**
 * `value` as a literal in the form of `model`. Triple quotes stay if the value needs no escape in them. A backslash needs one, because
 * Scala 2.12, the platform's version, reads `\uXXXX` even in triple quotes.
 */
export function encodeScala(value: string, model: string): string {
  if (model.startsWith('"""') && !/["\\]/.test(value) && !control.test(value)) return `"""${value}"""`;
  const named = { ...shortEscapes, "\b": "\\b", "\f": "\\f" };
  return `"${escapeText(value, '"', named, (code) => `\\u${hex(code, 4)}`)}"`;
}
