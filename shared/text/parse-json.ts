import { couldNot } from "./could-not.ts";

/**
 * Parses JSON that a person wrote. `what` names the text in the error, which gives line and column (both from 1): V8's own message has
 * them in some versions of Node only.
 */
export function parseJson(text: string, what: string): unknown {
  const withoutMark = text.replace(/^\uFEFF/, "");
  try {
    return JSON.parse(withoutMark);
  } catch (cause) {
    const lines = withoutMark.slice(0, firstError(withoutMark)).split(/\r\n|\r|\n/);
    throw new Error(
      couldNot(
        `read ${what}`,
        `it is not valid JSON at line ${lines.length}, column ${lines.at(-1)!.length + 1}`,
        "correct it there",
      ),
      { cause },
    );
  }
}

const scalar =
  /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y;

/** Index of the first character at which the text stops being JSON; its length if it ends too early. */
function firstError(text: string): number {
  let at = 0;
  const space = () => {
    while (/[ \t\r\n]/.test(text[at] ?? "")) at++;
  };
  const take = (character: string) => {
    space();
    const found = text[at] === character;
    if (found) at++;
    return found;
  };
  const takeScalar = () => {
    scalar.lastIndex = at;
    if (!scalar.test(text)) return false;
    at = scalar.lastIndex;
    return true;
  };
  const list = (end: string, item: () => boolean): boolean => {
    if (take(end)) return true;
    do if (!item()) return false;
    while (take(","));
    return take(end);
  };
  const member = (): boolean => {
    space();
    return text[at] === '"' && takeScalar() && take(":") && value();
  };
  const value = (): boolean => {
    if (take("{")) return list("}", member);
    if (take("[")) return list("]", value);
    return takeScalar();
  };
  value();
  space();
  return at;
}
