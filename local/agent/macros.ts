import { CaseInsensitiveMap } from "./names.ts";
import type { VariableStore } from "./variables.ts";

/**
 * Expands `$(name)` macros once: macros in the values are not expanded. A macro whose name is not defined stays as it is
 * (VarUtil.ExpandValues of the agent).
 */
export function expandMacros(text: string, lookUp: (name: string) => string | undefined): string {
  return text.replace(/\$\(([^()]+)\)/g, (literal, name: string) => lookUp(name) ?? literal);
}

/** How many variables can refer to each other in a chain, in the agent too. */
const maxDepth = 50;

/**
 * Expands variables that refer to others, as the agent does when a job starts (RecalculateExpanded in Variables.cs). One that refers to a
 * secret becomes a secret. One whose references form a circle, or a chain that is too long, stays as it is.
 */
export function expandVariables(variables: VariableStore): void {
  const unexpanded = new CaseInsensitiveMap([...variables]);
  const expand = (name: string, path: readonly string[]): { value: string; secret: boolean } | undefined => {
    const { value, secret } = unexpanded.get(name)!;
    let isSecret = secret;
    let isWhole = true;
    const expanded = expandMacros(value, (inner) => {
      if (!unexpanded.has(inner)) return undefined;
      const isTooDeep = path.includes(inner.toLowerCase()) || path.length >= maxDepth;
      const nested = isTooDeep ? undefined : expand(inner, [...path, inner.toLowerCase()]);
      isWhole &&= nested !== undefined;
      isSecret ||= nested?.secret === true;
      return nested?.value;
    });
    return isWhole ? { value: expanded, secret: isSecret } : undefined;
  };
  for (const [name, { value }] of unexpanded) {
    const expanded = expand(name, [name.toLowerCase()]);
    if (expanded && expanded.value !== value)
      variables.set(name, expanded.value, { secret: expanded.secret });
  }
}
