import { toText } from "./convert.ts";
import { DateTime } from "./date-time.ts";
import { kindOf, type Value } from "./values.ts";

/**
 * `{0}` and `{0:yyyyMMdd}` are replaced by arguments, which are evaluated only if they are referred to; `{{` and `}}` are braces.
 * @throws Error with one phrase
 */
export function format(pattern: string, count: number, argument: (index: number) => Value): string {
  const segment = /[^{}]+|\{\{|\}\}|\{(\d+)(?:\}|:((?:[^}]|\}\})*)\}(?!\}))/y;
  let text = "";
  while (segment.lastIndex < pattern.length) {
    const match = segment.exec(pattern);
    if (!match)
      throw new Error(`the text '${pattern}' of format() is not well-formed; write {{ for { and }} for }`);
    const [whole, index, specifiers] = match;
    if (index !== undefined) text += insertion(Number(index), specifiers);
    else text += whole === "{{" || whole === "}}" ? whole[0] : whole;
  }
  return text;

  function insertion(index: number, specifiers: string | undefined): string {
    if (index >= count) throw new Error(`format() has no argument for {${index}}`);
    const value = argument(index);
    const plain = toText(value);
    if (!specifiers) return plain;
    if (value instanceof DateTime) return value.format(specifiers.replaceAll("}}", "}"));
    throw new Error(
      `the format specifiers '${specifiers}' are not valid for a value of the type ${kindOf(value)}`,
    );
  }
}
