import { isUtf8 } from "node:buffer";
import { extensionOf, headerBytes, sourceHeader } from "../notebook-format.ts";
import type { FileContent } from "./copy-files.ts";

/**
 * A notebook with the line ends of Unix. Git checks it out with those of Windows on a machine with core.autocrlf, which must not change
 * its digest, and no platform makes a difference between them. Strings in an ipynb stay as they are, because JSON escapes line ends.
 */
export function withUnixLineEnds(content: FileContent): FileContent {
  const { file, pinned } = content;
  if (!pinned || !isNotebook(content) || !pinned.content.includes("\r\n")) return content;
  const unix = Buffer.from(pinned.content.toString("latin1").replaceAll("\r\n", "\n"), "latin1");
  return { file, pinned: { ...pinned, content: unix } };
}

/** Whether Git may have given a file that is not a notebook the line ends of Windows. A file that is not read whole counts as binary. */
export function hasWindowsLineEnds(content: FileContent): boolean {
  const bytes = content.pinned?.content;
  return (
    bytes !== undefined &&
    !isNotebook(content) &&
    bytes.includes("\r\n") &&
    !bytes.includes(0) &&
    isUtf8(bytes)
  );
}

function isNotebook({ file, pinned }: FileContent): boolean {
  if (extensionOf(file.path) === ".ipynb") return true;
  return sourceHeader(file.path, pinned?.content.toString("latin1", 0, headerBytes) ?? "") !== undefined;
}
