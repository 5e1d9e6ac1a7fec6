/**
 * Why a path cannot be that of a file in an artifact, or undefined where it can. Allowed is a relative path with `/` that stays
 * under the root on every system: no `.` or `..` part, no drive or root, no backslash, no control character.
 */
export function pathProblem(path: string): string | undefined {
  if (path === "") return "it is empty";
  if (/[\x00-\x1f\x7f]/.test(path)) return "it has a control character";
  if (path.includes("\\")) return "it has a backslash";
  if (path.includes("\ufffd")) return "it is not UTF-8";
  if (path.startsWith("/") || /^[A-Za-z]:/.test(path)) return "it is not relative";
  const parts = path.split("/");
  if (parts.some((part) => part === "" || part === "." || part === "..")) {
    return "it has an empty part, or one that leaves the folder";
  }
  return undefined;
}

/** A path for a message: in quotes, on one line. */
export function quotePath(path: string): string {
  return JSON.stringify(path);
}
