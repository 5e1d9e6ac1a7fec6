/**
 * Expands `$(name)` macros once: macros in the values are not expanded. A macro whose name is not defined stays as it is
 * (VarUtil.ExpandValues of the agent).
 */
export function expandMacros(text: string, lookUp: (name: string) => string | undefined): string {
  return text.replace(/\$\(([^()]+)\)/g, (literal, name: string) => lookUp(name) ?? literal);
}

/** How many variables can refer to each other in a chain, in the agent too. */
const maxDepth = 50;

/** Expands a variable that refers to others, as the agent does when a job starts. A circle of references stays as it is. */
export function expandVariable(
  name: string,
  lookUp: (name: string) => string | undefined,
  referring: string[] = [],
): string {
  const path = [...referring, name.toLowerCase()];
  return expandMacros(lookUp(name) ?? "", (inner) =>
    lookUp(inner) === undefined || path.includes(inner.toLowerCase()) || path.length > maxDepth
      ? undefined
      : expandVariable(inner, lookUp, path),
  );
}
