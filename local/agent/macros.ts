/**
 * Expands `$(name)` macros, once: what a value holds is not expanded again. A name that is not defined stays as literal
 * text (VarUtil.ExpandValues of the agent).
 */
export function expandMacros(text: string, lookUp: (name: string) => string | undefined): string {
  return text.replace(/\$\(([^()]+)\)/g, (literal, name: string) => lookUp(name) ?? literal);
}

/** How deep variables that refer to variables are followed; the agent's own bound. */
const maxDepth = 50;

/** Expands the variables that refer to each other, as the agent does once when a job starts; a circle stays as text. */
export function expandVariable(
  name: string,
  lookUp: (name: string) => string | undefined,
  open: string[] = [],
): string {
  const path = [...open, name.toLowerCase()];
  return expandMacros(lookUp(name) ?? "", (inner) =>
    lookUp(inner) === undefined || path.includes(inner.toLowerCase()) || path.length > maxDepth
      ? undefined
      : expandVariable(inner, lookUp, path),
  );
}
