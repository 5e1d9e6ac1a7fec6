import { control, escapeText, fromCodePoint, hex, letterEscapes, shortEscapes } from "./literal-text.ts";

const form = /^([A-Za-z]*)("""|'''|"|')([\s\S]*)\2$/;
const escapePattern =
  /\\(?:(\r\n|[\n\r\\'"abfnrtv])|([0-7]{1,3})|x([0-9A-Fa-f]{2})|u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(N\{))/g;
/** A backslash before a line end continues the line. */
const simpleEscapes: Readonly<Record<string, string>> = {
  ...letterEscapes,
  "\n": "",
  "\r": "",
  "\r\n": "",
};

/** The value of a Python string literal; undefined if it names characters (`\N{…}`), which would need Unicode's table of names. */
export function decodePython(literal: string): string | undefined {
  const [, prefix, , written] = form.exec(literal)!;
  // Python reads any line end in its source as \n.
  const body = written!.replace(/\r\n?/g, "\n");
  if (/r/i.test(prefix!)) return body;
  let known = true;
  const decoded = body.replace(escapePattern, (_, short, octal, x, u, capitalU, named) => {
    if (named) known = false;
    if (short !== undefined) return simpleEscapes[short] ?? short;
    const character =
      octal !== undefined ? fromCodePoint(octal, 8) : fromCodePoint(x ?? u ?? capitalU ?? "0", 16);
    if (character === undefined) known = false;
    return character ?? "";
  });
  return known ? decoded : undefined;
}

/** `value` as a literal with the quotes and prefix of `model`; a raw string stays raw if it can contain the value. */
export function encodePython(value: string, model: string): string {
  const [, prefix, quote] = form.exec(model)!;
  const raw = /r/i.test(prefix!);
  if (raw && !value.includes(quote![0]!) && !value.endsWith("\\") && !control.test(value)) {
    return prefix! + quote! + value + quote!;
  }
  const body = escapeText(value, quote![0]!, shortEscapes, (code) => `\\x${hex(code, 2)}`);
  return prefix!.replace(/r/i, "") + quote! + body + quote!;
}
