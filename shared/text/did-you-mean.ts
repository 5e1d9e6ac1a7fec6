import { nearestName } from "./nearest-name.ts";

/** Advice on an unknown name: `did you mean "x"?` with the nearest known one; `otherwise` if no known name is near. */
export function didYouMean(name: string, known: Iterable<string>, otherwise: string): string {
  const nearest = nearestName(name, known);
  return nearest === undefined ? otherwise : `did you mean "${nearest}"?`;
}
