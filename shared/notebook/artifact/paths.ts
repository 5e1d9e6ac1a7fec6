/** The longest path in an artifact and the longest name in it, in UTF-8 bytes, which common file systems allow below a folder. */
const maxPathBytes = 1_024;
const maxPartBytes = 255;
const maxQuotedCharacters = 120;

/** https://learn.microsoft.com/windows/win32/fileio/naming-a-file: these are devices, with any extension. */
const windowsDevice = /^(?:con|prn|aux|nul|conin\$|conout\$|(?:com|lpt)[0-9¹²³])(?: *\..*)?$/i;

/**
 * Why an artifact cannot have a file of this path, as the rest of a sentence that begins with the path; undefined if it can. Allowed are
 * slash-separated relative paths that stay below the root and name the same file on every system.
 */
export function pathProblem(path: string): string | undefined {
  if (path === "") return "is empty";
  if (hasControlCharacter(path)) return "has a control character";
  if (path.includes("\\")) return "has a backslash";
  if (/\ufffd|\p{Surrogate}/u.test(path)) return "is not UTF-8";
  if (path.startsWith("/") || /^[A-Za-z]:/.test(path)) return "is not relative";
  if (/[:*?"<>|]/.test(path)) return "has a character that Windows does not allow in names";
  if (Buffer.byteLength(path) > maxPathBytes) return `is longer than ${maxPathBytes} bytes`;
  for (const part of path.split("/")) {
    if (part === "" || part === "." || part === "..")
      return "has an empty part, or one that leaves the folder";
    if (Buffer.byteLength(part) > maxPartBytes) return `has a part that is longer than ${maxPartBytes} bytes`;
    if (/[. ]$/.test(part)) return "has a part that ends with a dot or a space, which Windows drops";
    if (windowsDevice.test(part)) return `contains ${part}, the name of a device on Windows`;
  }
  return undefined;
}

/**
 * Two of the paths that cannot both be files on every system, because they differ only in case or Unicode normalisation, or one is the
 * folder of the other. Undefined if there are no such paths.
 */
export function findCollision(paths: readonly string[]): [string, string] | undefined {
  const fold = (path: string) => path.normalize("NFC").toLowerCase().normalize("NFC");
  const files = new Map<string, string>();
  for (const path of paths) {
    const other = files.get(fold(path));
    if (other !== undefined) return [other, path];
    files.set(fold(path), path);
  }
  for (const path of paths) {
    const folded = fold(path);
    for (let at = folded.lastIndexOf("/"); at > 0; at = folded.lastIndexOf("/", at - 1)) {
      const other = files.get(folded.slice(0, at));
      if (other !== undefined) return [other, path];
    }
  }
  return undefined;
}

/** Whether a text contains a line end or a character that controls a terminal. */
export function hasControlCharacter(text: string): boolean {
  return /[\p{Cc}\u2028\u2029]/u.test(text);
}

/** A path or name to show in a message: in quotes, on one line, cut if it is long. */
export function quotePath(path: string): string {
  return JSON.stringify(path.length > maxQuotedCharacters ? `${path.slice(0, maxQuotedCharacters)}…` : path);
}
