import { control, escapeText, fromCodePoint, hex, shortEscapes } from "./literal-text.ts";

const escapePattern = /\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|([0-3][0-7]{2})|([\s\S]))/g;
const simpleEscapes: Readonly<Record<string, string>> = {
  0: "\0",
  b: "\b",
  n: "\n",
  r: "\r",
  t: "\t",
  Z: "\x1a",
  "%": "\\%",
  _: "\\_",
};

/** The value of a Spark SQL string literal, as Spark's `unescapeSQLString` reads it; a doubled quote is one quote. */
export function decodeSql(literal: string): string | undefined {
  if (/^[rR]/.test(literal)) return literal.slice(2, -1);
  const quote = literal[0]!;
  let known = true;
  const doubledOrEscaped = new RegExp(`${escapePattern.source}|(${quote}${quote})`, "g");
  const decoded = literal.slice(1, -1).replace(doubledOrEscaped, (_, u, capitalU, octal, short, doubled) => {
    if (doubled) return quote;
    if (short !== undefined) return simpleEscapes[short] ?? short;
    const character = octal !== undefined ? fromCodePoint(octal, 8) : fromCodePoint(u ?? capitalU, 16);
    if (character === undefined) known = false;
    return character ?? "";
  });
  return known ? decoded : undefined;
}

/**
 * `value` as a literal in the form of `model`; a raw literal stays raw if it can contain the value. `$` is escaped if the platform would
 * read `$name` or `${name}` in a SQL cell as a parameter.
 */
export function encodeSql(value: string, model: string): string {
  const raw = /^[rR]/.test(model);
  const quote = raw ? model[1]! : model[0]!;
  const parameter = /\$(?=[A-Za-z_{])/g;
  if (raw && !value.includes(quote) && !control.test(value) && value.search(parameter) < 0) {
    return model[0]! + quote + value + quote;
  }
  const body = escapeText(value, quote, shortEscapes, (code) => `\\u${hex(code, 4)}`);
  return quote + body.replace(parameter, "\\u0024") + quote;
}
