import { control, escapeText, hex } from "./literal-text.ts";

const escapePattern = /\\(?:u+([0-9A-Fa-f]{4})|([0-7]{1,3})|([\s\S]))/g;
const shortEscapes: Readonly<Record<string, string>> = { b: "\b", f: "\f", n: "\n", r: "\r", t: "\t" };

/** What a Scala string literal without interpolator holds. */
export function decodeScala(literal: string): string | undefined {
  if (literal.startsWith('"""')) return literal.slice(3, -3);
  return literal
    .slice(1, -1)
    .replace(escapePattern, (_, unicode, octal, short) =>
      short !== undefined
        ? (shortEscapes[short] ?? short)
        : String.fromCharCode(Number.parseInt(unicode ?? octal, unicode ? 16 : 8)),
    );
}

/**
 * `value` as a literal in the form of `model`. Triple quotes stay where the value needs no escape in them; a backslash does,
 * because Scala 2.12 (the platform's) reads `\uXXXX` even there.
 */
export function encodeScala(value: string, model: string): string {
  if (model.startsWith('"""') && !/["\\]/.test(value) && !control.test(value)) return `"""${value}"""`;
  const named = { "\n": "\\n", "\r": "\\r", "\t": "\\t", "\b": "\\b", "\f": "\\f" };
  return `"${escapeText(value, '"', named, (code) => `\\u${hex(code, 4)}`)}"`;
}
