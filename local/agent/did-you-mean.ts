import { nearestName } from "../../shared/text/nearest-name.ts";

/** The end of a message about an unknown name: `; did you mean "x"?`, or `otherwise` if no known name is near. */
export function didYouMean(name: string, known: Iterable<string>, otherwise = ""): string {
  const nearest = nearestName(name, known);
  return nearest === undefined ? otherwise : `; did you mean "${nearest}"?`;
}

/** A message with its full stop, unless it ends with one or with a question. */
export function asSentence(message: string): string {
  return /[.?]$/.test(message) ? message : `${message}.`;
}
