import { readdir, stat } from "node:fs/promises";
import path from "node:path";

/**
 * The files that match patterns, as sorted absolute paths. Each line is a pattern relative to the folder, with `*`, `?` and `**`, or with
 * `!` to exclude files.
 */
export async function findFiles(folder: string, patterns: string): Promise<string[]> {
  const found = new Set<string>();
  for (const line of patterns
    .split(/\r?\n/)
    .map((each) => each.trim())
    .filter((each) => each !== "")) {
    const excludes = line.startsWith("!");
    const pattern = path.resolve(folder, excludes ? line.slice(1) : line);
    const matches = toRegExp(pattern);
    if (excludes) for (const file of [...found]) found[matches.test(file) ? "delete" : "add"](file);
    else for (const file of await walk(fixedPart(pattern))) if (matches.test(file)) found.add(file);
  }
  return [...found].sort();
}

/** The folder or file before the first wildcard of a pattern. */
function fixedPart(pattern: string): string {
  const wildcard = pattern.search(/[*?]/);
  return wildcard < 0 ? pattern : pattern.slice(0, pattern.lastIndexOf(path.sep, wildcard)) || path.sep;
}

async function walk(start: string): Promise<string[]> {
  const found = await stat(start).catch(() => undefined);
  if (!found) return [];
  if (found.isFile()) return [start];
  const entries = await readdir(start, { withFileTypes: true });
  const inside = entries.map((each) => {
    const file = path.join(start, each.name);
    if (each.isDirectory()) return walk(file);
    return Promise.resolve(each.isFile() ? [file] : []);
  });
  return (await Promise.all(inside)).flat();
}

function toRegExp(pattern: string): RegExp {
  const source = pattern.replace(/\*\*\/?|[*?]|[.+^${}()|[\]\\]/g, (part) => {
    if (part.startsWith("**")) return part.endsWith("/") ? "(?:.*/)?" : ".*";
    return { "*": "[^/]*", "?": "[^/]" }[part] ?? `\\${part}`;
  });
  return new RegExp(`^${source}$`);
}
