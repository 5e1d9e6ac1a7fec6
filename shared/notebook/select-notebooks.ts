/**
 * Chooses among slash-separated relative paths by globs, one a line: `*` and `?` stay within a folder, `**` crosses folders, `{a,b}` is
 * either, and a line beginning with `!` takes away again. No glob at all chooses everything.
 */
export function selectPaths(paths: readonly string[], globs: readonly string[]): string[] {
  const wanted = globs.filter((glob) => !glob.startsWith("!")).map(globToRegExp);
  const unwanted = globs.filter((glob) => glob.startsWith("!")).map((glob) => globToRegExp(glob.slice(1)));
  return paths.filter(
    (path) =>
      (wanted.length === 0 || wanted.some((glob) => glob.test(path))) &&
      !unwanted.some((glob) => glob.test(path)),
  );
}

/** The lines of a multi-line input that say something; `#` begins a comment line. */
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
