import { isScalar, type Node } from "yaml";
import { pathProblem } from "../notebook/artifact/paths.ts";
import { parseDuration } from "../text/parse-duration.ts";
import { type CheckedYaml, type Entry, quoted, textOf } from "../yaml/checked-yaml.ts";

/** The fields of a map in a definition. */
export interface Fields {
  node: Node;
  /** The name of the map in messages. */
  what: string;
  of(key: string): Entry | undefined;
  /** A key is unknown, so that one that seems to be missing may be there under another name. */
  isMisspelt: boolean;
}

/** The fields of a map; undefined, which is a problem, if the entry is something else. */
export function fieldsOf(
  yaml: CheckedYaml,
  { value, keyNode, path }: Entry,
  known: readonly string[],
): Fields | undefined {
  const node = value ?? keyNode;
  const before = yaml.problems.length;
  const entries = yaml.entries(node, path || "the file", known, path);
  if (entries === undefined) return undefined;
  return {
    node,
    what: path || "the definition",
    of: (key) => entries.find((entry) => entry.key === key),
    isMisspelt: yaml.problems.length > before,
  };
}

/** The field of that name; undefined, which is a problem, if there is none. */
export function required(yaml: CheckedYaml, fields: Fields, key: string): Entry | undefined {
  const entry = fields.of(key);
  if (entry === undefined && !fields.isMisspelt)
    yaml.add(fields.node, `${fields.what} has no ${key}`, `add "${key}:"`);
  return entry;
}

/** The only one of these fields that is there; undefined, which is a problem, if there is none or more than one. */
export function oneOf(yaml: CheckedYaml, fields: Fields, keys: readonly string[]): Entry | undefined {
  const found = keys.flatMap((key) => fields.of(key) ?? []);
  if (found.length === 1) return found[0];
  const names = found.map(({ key }) => `"${key}"`).join(" and ");
  if (found.length > 1)
    yaml.add(found[1]!.keyNode, `${fields.what} has ${names}`, `give one of ${keys.join(", ")}`);
  else if (!fields.isMisspelt)
    yaml.add(fields.node, `${fields.what} has none of ${keys.join(", ")}`, "add one of them");
  return undefined;
}

/** The path of a notebook in the notebook folder, without extension. */
export function notebookPath(yaml: CheckedYaml, entry: Entry): string {
  const path = (yaml.text(entry) ?? "notebook").replace(/\.(?:py|sql|scala|r|ipynb)$/i, "");
  const advice = "give its path in the notebook folder";
  requirePath(yaml, entry, path, advice);
  return path;
}

/** The path of a file beside the definition or below its folder. */
export function filePath(yaml: CheckedYaml, entry: Entry): string {
  const path = yaml.text(entry) ?? "file";
  requirePath(yaml, entry, path, "give a path relative to the definition, in its folder");
  return path;
}

function requirePath(yaml: CheckedYaml, entry: Entry, path: string, advice: string): void {
  const problem = pathProblem(path);
  if (problem !== undefined) yaml.add(entry.value, `${entry.path} ${quoted(path)} ${problem}`, advice);
}

/** Seconds, within limits that the message shows as they are written in a definition. */
export function seconds(
  yaml: CheckedYaml,
  entry: Entry | undefined,
  { min, max }: { min: string; max: string },
): number | undefined {
  if (entry === undefined) return undefined;
  const { value, path } = entry;
  const text = isScalar(value) && value.value !== null ? textOf(value) : "";
  if (/^[+-]?[\d.]+$/.test(text) || (isScalar(value) && typeof value.value === "number")) {
    yaml.add(value, `${path} is ${quoted(text)}`, "write a unit, such as 5m");
    return undefined;
  }
  const found = parseDuration(text);
  if (found === undefined) yaml.expect(entry, "a duration such as 90s, 5m or 1h30m");
  else if (found < parseDuration(min)! || found > parseDuration(max)!)
    yaml.expect(entry, `a duration from ${min} to ${max}`);
  else return found;
  return undefined;
}
