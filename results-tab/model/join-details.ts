import type { Details } from "./details.ts";

/** What several sources know of the same results. */
export function joinDetails(...sources: readonly Details[]): Details {
  const joined = new Map(sources[0]);
  for (const source of sources.slice(1))
    for (const [result, details] of source) joined.set(result, { ...joined.get(result), ...details });
  return joined;
}
