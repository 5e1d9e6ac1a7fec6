import path from "node:path";
import { fileURLToPath } from "node:url";
import { quotePath } from "../../notebook/artifact/paths.ts";
import { couldNot } from "../../text/could-not.ts";

/**
 * What Fabric's Spark runtime brings. Another version of it would run beside, or in place of, the Spark that the tests are for.
 * dummy-notebookutils has empty functions with the names of the real ones.
 */
const providedByFabric = new Set([
  "pyspark",
  "pyspark-client",
  "pyspark-connect",
  "py4j",
  "delta-spark",
  "dummy-notebookutils",
]);

export interface Requirements {
  /** Requirements with hashes. pip checks the hashes of a list only if each entry has one. */
  hashed: string[];
  /** The others: those from Git, from a folder of the project, or of a list without hashes. */
  unhashed: string[];
  /** The names of those that were left out. */
  provided: string[];
  /** The names of those that are not one exact version. */
  unpinned: string[];
}

/**
 * Sorts the entries of a requirements file. Paths become relative to the project folder, from which pip runs in Fabric.
 * @param text without `-r` lines
 * @param base the folder that relative paths of the text begin at
 * @throws an error that names the first entry that Fabric cannot install
 */
export function sortRequirements(
  text: string,
  { project, base, source }: { project: string; base: string; source: string },
): Requirements {
  const sorted: Requirements = { hashed: [], unhashed: [], provided: [], unpinned: [] };
  const options: string[] = [];
  for (const entry of entriesOf(text)) {
    if (/^-(?!e\b|-)|^--(?!editable\b)/.test(entry)) {
      options.push(optionFor(entry, { project, source }));
      continue;
    }
    const name = nameOf(entry);
    if (name !== undefined && providedByFabric.has(normalized(name))) {
      sorted.provided.push(normalized(name));
      continue;
    }
    const local = localPath(entry, base);
    if (local !== undefined) sorted.unhashed.push(relativeEntry(entry, local, { project, source }));
    else if (/\s--hash[=\s]/.test(entry)) sorted.hashed.push(entry);
    else sorted.unhashed.push(entry);
    if (
      local === undefined &&
      name !== undefined &&
      !/===?\s*[^\s*;,]+(?![^;]*\*)|\s@\s/.test(entry.split(";")[0]!)
    )
      sorted.unpinned.push(name);
  }
  // Options such as --index-url hold for every list.
  if (sorted.hashed.length > 0) sorted.hashed.unshift(...options);
  if (sorted.unhashed.length > 0) sorted.unhashed.unshift(...options);
  return sorted;
}

/** Logical lines, without comments. A comment begins at a line's start or after a space. */
function entriesOf(text: string): string[] {
  return text
    .replace(/^\uFEFF/, "")
    .replace(/\\\r?\n/g, " ")
    .split(/\r?\n/)
    .map((line) =>
      line
        .replace(/(^|\s)#.*$/, "")
        .replace(/\s+/g, " ")
        .trim(),
    )
    .filter(Boolean);
}

/** https://packaging.python.org/en/latest/specifications/name-normalization/ */
function normalized(name: string): string {
  return name.toLowerCase().replace(/[-_.]+/g, "-");
}

function nameOf(entry: string): string | undefined {
  if (/^(-e|--editable)\b|^[./]|^[\w+]+:\/\//.test(entry)) return undefined;
  return /^[A-Za-z0-9][\w.-]*/.exec(entry)?.[0];
}

/** The absolute path of a requirement that is a folder or file of this machine. */
function localPath(entry: string, base: string): string | undefined {
  const [target = ""] = entry
    .replace(/^(-e|--editable)[ =]/, "")
    .replace(/^[\w.-]+(\[[^\]]*\])? ?@ ?/, "")
    .split(/ ?; | --/);
  if (/^file:/i.test(target)) {
    const url = new URL(target.split("#")[0]!, "file:///");
    return url.host === "" ? fileURLToPath(url) : undefined;
  }
  return /^\.{0,2}\/|^\.{1,2}($|\[)|^[A-Za-z]:[\\/]/.test(target)
    ? path.resolve(base, target.replace(/[[#].*$/, ""))
    : undefined;
}

/** pip reads the path of constraints relative to the file that names them, which is beside the project's folder. */
function optionFor(option: string, place: { project: string; source: string }): string {
  const constraints = /^--constraint (\/.*|[A-Za-z]:.*)$/.exec(option)?.[1];
  return constraints === undefined ? option : `--constraint project/${inProject(constraints, place)}`;
}

function relativeEntry(
  entry: string,
  local: string,
  { project, source }: { project: string; source: string },
): string {
  const relative = inProject(local, { project, source });
  const marker = / ?(;.*)$/.exec(entry)?.[1];
  const extras = /\[([^\]]*)\](?= ?@|$| ?;)/.exec(entry)?.[0] ?? "";
  const editable = /^(-e|--editable)\b/.test(entry) ? "-e " : "";
  return `${editable}./${relative}${extras}${marker ? ` ${marker}` : ""}`;
}

/** Slash-separated, relative to the project. */
function inProject(local: string, { project, source }: { project: string; source: string }): string {
  const relative = path.relative(project, local).split(path.sep).join("/");
  if (relative.startsWith("../") || relative === ".." || path.isAbsolute(relative))
    throw new Error(
      couldNot(
        `take the dependencies of the project from ${source}`,
        `it requires ${quotePath(local)}, which is outside the project folder and therefore not copied to Fabric`,
        "give the folder that contains both as projectFolder, or publish that package to a feed",
      ),
    );
  return relative;
}
