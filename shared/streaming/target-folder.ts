import { couldNot } from "../text/could-not.ts";
import { didYouMean } from "../text/did-you-mean.ts";
import { oneLine, plainText } from "../text/plain-text.ts";
import { DefinitionError } from "./definition-error.ts";

const maxCharacters = 1_024;

const placeholder = /\{([^{}]*)\}/g;

/**
 * The folder of a payload's files with `{name}` replaced by the parameter of that name. The result is checked as the definition was, because a
 * parameter may be any text.
 * @throws DefinitionError if there is no such parameter, or if the result is not a folder that files can be uploaded to
 */
export function expandFolder(to: string, parameters: Readonly<Record<string, string>>): string {
  const attempted = `find the folder ${shown(to)} of a payload`;
  const expanded = to.replace(placeholder, (_, name: string) => {
    const value = Object.hasOwn(parameters, name) ? parameters[name] : undefined;
    if (value !== undefined) return value;
    const names = Object.keys(parameters);
    const known = names.length === 0 ? "there are no parameters" : `use one of ${names.join(", ")}`;
    throw new DefinitionError(
      couldNot(
        attempted,
        `there is no parameter ${shown(name)}`,
        didYouMean(name, names, oneLine(known, 200)),
      ),
    );
  });
  const problem = folderProblem(expanded);
  if (problem === undefined) return expanded;
  throw new DefinitionError(
    couldNot(attempted, `with its parameters, it is ${shown(expanded)}, which ${problem}`, "correct them"),
  );
}

/** Why the folder of a definition cannot be used, whatever its parameters are, as the rest of a sentence; undefined if it can. */
export function folderTemplateProblem(to: string): string | undefined {
  const names = [...to.matchAll(placeholder)].map(([, name]) => name!);
  if (names.some((name) => name.trim() === "")) return "has {} without the name of a parameter";
  if (/[{}]/.test(to.replace(placeholder, ""))) return "has a brace that is not part of a {parameter}";
  return folderProblem(to.replace(placeholder, "x"));
}

/** Why files cannot be uploaded to this folder, as the rest of a sentence; undefined if they can. */
function folderProblem(folder: string): string | undefined {
  if (folder.length > maxCharacters) return `is longer than ${maxCharacters} characters`;
  if (/[\t\n\u2028\u2029]/.test(folder) || plainText(folder) !== folder) return "has an invisible character";
  if (folder.includes("\\")) return "has a backslash";
  const [, root, below] = /^(dbfs:\/|\/dbfs\/|\/Volumes\/|\/Workspace\/)(.*)$/.exec(folder) ?? [];
  if (root === undefined || below === undefined)
    return "does not begin with dbfs:/, /Volumes/, /dbfs/ or /Workspace/";
  const parts = below.split("/");
  if (parts.some((part) => part.trim() === "" || part === "." || part === ".."))
    return "has an empty part, or one that leaves the folder";
  if (root === "/Volumes/" && parts.length < 3)
    return "does not name a volume, as /Volumes/<catalog>/<schema>/<volume> does";
  // The API of DBFS does not know volumes.
  if (root.includes("dbfs") && parts[0] === "Volumes")
    return "is a volume as a path of DBFS, and must begin with /Volumes/";
  return undefined;
}

function shown(text: string): string {
  return JSON.stringify(oneLine(text, 120));
}
