import { control, escapeText, fromCodePoint, hex } from "./literal-text.ts";

const form = /^([A-Za-z]*)("""|'''|"|')([\s\S]*)\2$/;
const escapePattern =
  /\\(?:(\r\n|[\n\r\\'"abfnrtv])|([0-7]{1,3})|x([0-9A-Fa-f]{2})|u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(N\{))/g;
const shortEscapes: Readonly<Record<string, string>> = {
  "\n": "",
  "\r": "",
  "\r\n": "",
  a: "\x07",
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
  v: "\v",
};

/** What a Python string literal holds; undefined for one that names characters (`\N{…}`), which needs Unicode's name table. */
export function decodePython(literal: string): string | undefined {
  const [, prefix, , written] = form.exec(literal)!;
  // Python reads any line end in its source as \n.
  const body = written!.replace(/\r\n?/g, "\n");
  if (/r/i.test(prefix!)) return body;
  let known = true;
  const decoded = body.replace(escapePattern, (_, short, octal, x, u, capitalU, named) => {
    if (named) known = false;
    if (short !== undefined) return shortEscapes[short] ?? short;
    const character =
      octal !== undefined ? fromCodePoint(octal, 8) : fromCodePoint(x ?? u ?? capitalU ?? "0", 16);
    if (character === undefined) known = false;
    return character ?? "";
  });
  return known ? decoded : undefined;
}

/** `value` as a literal in the form (quotes, prefix) of `model`; a raw string stays raw where it can hold the value. */
export function encodePython(value: string, model: string): string {
  const [, prefix, quote] = form.exec(model)!;
  const raw = /r/i.test(prefix!);
  if (raw && !value.includes(quote![0]!) && !value.endsWith("\\") && !control.test(value)) {
    return prefix! + quote! + value + quote!;
  }
  const named = { "\n": "\\n", "\r": "\\r", "\t": "\\t" };
  const body = escapeText(value, quote![0]!, named, (code) => `\\x${hex(code, 2)}`);
  return prefix!.replace(/r/i, "") + quote! + body + quote!;
}
