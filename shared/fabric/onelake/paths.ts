import { hasControlCharacter, quotePath } from "../../notebook/artifact/paths.ts";
import { couldNot } from "../../text/could-not.ts";

/** A file or folder of an item in OneLake. */
export interface OneLakePath {
  workspaceId: string;
  itemId: string;
  /** `Files/notebook-ops/x`, without a slash at either end. */
  path: string;
}

/** Azure Storage's limit for the name of a blob, in characters. */
const mostCharacters = 1_024;

/** The same place as one text, for messages: `<workspace>/<item>/Files/x`. */
export function shownPath({ workspaceId, itemId, path }: OneLakePath): string {
  return `${workspaceId}/${itemId}/${path}`;
}

export function below(folder: OneLakePath, path: string): OneLakePath {
  return { ...folder, path: `${folder.path}/${path}` };
}

/**
 * Fails for a path that is not below `Files` or `Tables` of an item: Fabric itself manages these folders and everything above them.
 * https://learn.microsoft.com/fabric/onelake/onelake-api-parity#managed-onelake-folders
 */
export function requirePath(attempted: string, place: OneLakePath): void {
  const parts = [place.workspaceId, place.itemId].filter((part) => part === "" || /[/\\?#]/.test(part));
  const problem =
    parts.length > 0
      ? `${quotePath(parts[0]!)} is not the id or name of a workspace or item`
      : /^(Files|Tables)\/./.test(place.path)
        ? pathProblem(place.path)
        : "it is not below Files or Tables";
  if (problem !== undefined)
    throw new Error(couldNot(attempted, problem, "give a path such as Files/notebook-ops/project"));
}

/**
 * Why OneLake cannot have a file of this path, or not keep its name, as the rest of a sentence that begins with the path; undefined if it can.
 * https://learn.microsoft.com/rest/api/storageservices/naming-and-referencing-containers--blobs--and-metadata#blob-names
 */
export function pathProblem(path: string): string | undefined {
  if (path.length > mostCharacters) return `is longer than ${mostCharacters} characters`;
  if (hasControlCharacter(path)) return "has a control character";
  if (path.includes("\\")) return "has a backslash, which OneLake takes for a slash";
  if (/\ufffd|\p{Surrogate}/u.test(path)) return "is not UTF-8";
  if (path.split("/").some((part) => part === "" || part === "." || part === ".."))
    return "has an empty part, or one that leaves the folder";
  if (path.split("/").some((part) => part.endsWith("."))) return "has a part that ends with a dot";
  return undefined;
}
