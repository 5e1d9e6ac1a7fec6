import { couldNot } from "../text/could-not.ts";
import { nearestName } from "../text/nearest-name.ts";

/**
 * The slash-separated relative paths that match the globs: `*` and `?` match within a folder, `**` across folders, `{a,b}` either of its
 * parts, and a glob that begins with `!` excludes paths. Without a glob that includes, all paths match.
 */
export function selectPaths(paths: readonly string[], globs: readonly string[]): string[] {
  const included = globs.filter((glob) => !glob.startsWith("!")).map(globToRegExp);
  const excluded = globs.filter((glob) => glob.startsWith("!")).map((glob) => globToRegExp(glob.slice(1)));
  return paths.filter(
    (path) =>
      (included.length === 0 || included.some((glob) => glob.test(path))) &&
      !excluded.some((glob) => glob.test(path)),
  );
}

/**
 * The paths of notebooks that match the globs of the input `notebooks`. Fails if there are none, or if a glob that includes matches none:
 * the notebooks that it was meant for would not be tested.
 * @param attempted begins the message, as in couldNot
 */
export function chooseNotebooks(
  attempted: string,
  paths: readonly string[],
  globs: readonly string[],
): string[] {
  const correctInput = "correct the input 'notebooks'";
  const unmatched = globs.find((glob) => !glob.startsWith("!") && selectPaths(paths, [glob]).length === 0);
  if (unmatched !== undefined) {
    const meant = nearestGlob(paths, unmatched);
    const advice = meant === undefined ? correctInput : `did you mean "${meant}"?`;
    throw new Error(couldNot(attempted, `no notebook matches "${unmatched}"`, advice));
  }
  const chosen = selectPaths(paths, globs);
  if (chosen.length > 0) return chosen;
  throw new Error(couldNot(attempted, `${globs.join(", ")} excludes every notebook`, correctInput));
}

/** The nearest path or, for a glob with wildcards, the same glob in the folder with the nearest name. */
function nearestGlob(paths: readonly string[], glob: string): string | undefined {
  const wildcard = glob.search(/[*?{]/);
  if (wildcard < 0) return nearestName(glob, paths) ?? nearestName(glob.replace(/\.[^./]*$/, ""), paths);
  const end = glob.lastIndexOf("/", wildcard);
  const folders = new Set(paths.flatMap(foldersOf));
  const folder = end < 0 ? undefined : nearestName(glob.slice(0, end), folders);
  const meant = folder === undefined ? undefined : folder + glob.slice(end);
  return meant !== undefined && selectPaths(paths, [meant]).length > 0 ? meant : undefined;
}

function foldersOf(path: string): string[] {
  const names = path.split("/").slice(0, -1);
  return names.map((_, index) => names.slice(0, index + 1).join("/"));
}

/** The globs of a multi-line input, without empty lines and comments, which begin with `#`. */
export function globLines(text: string | undefined): string[] {
  return (text ?? "")
    .split(/\r?\n/)
    .map((line) =>
      line
        .trim()
        .replaceAll("\\", "/")
        .replace(/^(!?)\.\//, "$1"),
    )
    .filter((line) => line && !line.startsWith("#"));
}

function globToRegExp(glob: string): RegExp {
  let pattern = "";
  let depth = 0;
  for (let at = 0; at < glob.length; at++) {
    const character = glob[at]!;
    if (glob.startsWith("**/", at)) {
      pattern += "(?:[^/]+/)*";
      at += 2;
    } else if (glob.startsWith("**", at)) {
      pattern += ".*";
      at += 1;
    } else if (character === "*") pattern += "[^/]*";
    else if (character === "?") pattern += "[^/]";
    else if (character === "{" && glob.indexOf("}", at) > 0) {
      pattern += "(?:";
      depth++;
    } else if (character === "}" && depth > 0) {
      pattern += ")";
      depth--;
    } else if (character === "," && depth > 0) pattern += "|";
    else pattern += character.replace(/[\\^$.|+()[\]{}]/g, "\\$&");
  }
  return new RegExp(`^${pattern}$`);
}
