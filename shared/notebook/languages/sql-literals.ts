import { control, escapeText, fromCodePoint, hex } from "./literal-text.ts";

const escapePattern = /\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|([0-3][0-7]{2})|([\s\S]))/g;
const shortEscapes: Readonly<Record<string, string>> = {
  0: "\0",
  b: "\b",
  n: "\n",
  r: "\r",
  t: "\t",
  Z: "\x1a",
  "%": "\\%",
  _: "\\_",
};

/** What a Spark SQL string literal holds, as Spark's `unescapeSQLString` reads it; a doubled quote stands for one. */
export function decodeSql(literal: string): string | undefined {
  if (/^[rR]/.test(literal)) return literal.slice(2, -1);
  const quote = literal[0]!;
  let known = true;
  const doubledOrEscaped = new RegExp(`${escapePattern.source}|(${quote}${quote})`, "g");
  const decoded = literal.slice(1, -1).replace(doubledOrEscaped, (_, u, capitalU, octal, short, doubled) => {
    if (doubled) return quote;
    if (short !== undefined) return shortEscapes[short] ?? short;
    const character = octal !== undefined ? fromCodePoint(octal, 8) : fromCodePoint(u ?? capitalU, 16);
    if (character === undefined) known = false;
    return character ?? "";
  });
  return known ? decoded : undefined;
}

/**
 * `value` as a literal in the form of `model`; a raw literal stays raw where it can hold the value. `$` is written as an
 * escape where the platform would take `$name` or `${name}` in a SQL cell for a parameter.
 */
export function encodeSql(value: string, model: string): string {
  const raw = /^[rR]/.test(model);
  const quote = raw ? model[1]! : model[0]!;
  const parameter = /\$(?=[A-Za-z_{])/g;
  if (raw && !value.includes(quote) && !control.test(value) && value.search(parameter) < 0) {
    return model[0]! + quote + value + quote;
  }
  const named = { "\n": "\\n", "\r": "\\r", "\t": "\\t" };
  const body = escapeText(value, quote, named, (code) => `\\u${hex(code, 4)}`);
  return quote + body.replace(parameter, "\\u0024") + quote;
}
