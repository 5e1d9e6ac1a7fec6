/** Longest path of a file in an artifact and longest part of one, in UTF-8 bytes: what common file systems take below a folder. */
const maxPathBytes = 1_024;
const maxPartBytes = 255;
/** Longest quotation of a name in a message. */
const maxQuoted = 120;

/** https://learn.microsoft.com/windows/win32/fileio/naming-a-file: with any extension these are devices, and no file. */
const windowsDevice = /^(?:con|prn|aux|nul|conin\$|conout\$|(?:com|lpt)[0-9¹²³])(?: *\..*)?$/i;

/**
 * Why a path cannot be that of a file in an artifact, or undefined if it can. Allowed is a relative path with `/` that stays under
 * the root and names the same file on every system.
 */
export function pathProblem(path: string): string | undefined {
  if (path === "") return "it is empty";
  if (hasControlCharacter(path)) return "it has a control character";
  if (path.includes("\\")) return "it has a backslash";
  if (/\ufffd|\p{Surrogate}/u.test(path)) return "it is not UTF-8";
  if (path.startsWith("/") || /^[A-Za-z]:/.test(path)) return "it is not relative";
  if (/[:*?"<>|]/.test(path)) return "it has a character that Windows does not allow in names";
  if (Buffer.byteLength(path) > maxPathBytes) return `it is longer than ${maxPathBytes} bytes`;
  for (const part of path.split("/")) {
    if (part === "" || part === "." || part === "..")
      return "it has an empty part, or one that leaves the folder";
    if (Buffer.byteLength(part) > maxPartBytes) return `a part of it is longer than ${maxPartBytes} bytes`;
    if (/[. ]$/.test(part)) return "a part of it ends with a dot or a space, which Windows drops";
    if (windowsDevice.test(part)) return `${part} is the name of a device on Windows`;
  }
  return undefined;
}

/**
 * Two of the paths that cannot both be files on every system: they differ in case or Unicode normalisation alone, or one is a folder
 * of the other. Undefined if there are none.
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

/** Whether a text has a character that ends a line or controls a terminal. */
export function hasControlCharacter(text: string): boolean {
  return /[\p{Cc}\u2028\u2029]/u.test(text);
}

/** A path or name for a message: in quotes, on one line, cut if it is long. */
export function quotePath(path: string): string {
  return JSON.stringify(path.length > maxQuoted ? `${path.slice(0, maxQuoted)}…` : path);
}
