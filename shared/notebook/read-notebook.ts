import { isUtf8 } from "node:buffer";
import { couldNot } from "../text/could-not.ts";
import type { Notebook } from "./cell.ts";
import { readIpynb } from "./ipynb.ts";
import { NotebookError } from "./notebook-error.ts";
import { extensionOf, headerBytes, type SourceHeader, sourceHeader } from "./notebook-format.ts";
import { readSourceForm } from "./source-form.ts";

/**
 * The largest notebook that is read, in bytes: Databricks' workspace import refuses larger ones (MAX_NOTEBOOK_SIZE_EXCEEDED),
 * so a larger one could be packed but never deployed.
 */
export const maxNotebookBytes = 10 * 1024 * 1024;

const notebookExtension = /\.(?:py|sql|scala|r|ipynb)$/i;

/** Whether a file may be a notebook, by its name. The content of other files is never looked at. */
export function mayBeNotebook(file: string): boolean {
  return notebookExtension.test(file);
}

/**
 * Reads a notebook. Returns undefined if the file is not a notebook, such as a Python module beside the notebooks.
 * Throws NotebookError: `too-large`, `not-utf8`, `malformed`.
 */
export function readNotebook(file: string, content: Buffer): Notebook | undefined {
  const form = notebookForm(file, content);
  if (!form) return undefined;
  if (content.length > maxNotebookBytes) throw tooLarge(file, content.length);
  if (!isUtf8(content)) {
    const offset = invalidUtf8Offset(content);
    const byte = content[offset]!.toString(16).padStart(2, "0");
    const message = couldNot(
      `read the notebook ${file}`,
      `it is not UTF-8 at byte ${offset} (0x${byte})`,
      "save it as UTF-8",
    );
    throw new NotebookError("not-utf8", message, { file });
  }
  const bytes = content.toString("latin1");
  return form === "ipynb" ? readIpynb(file, bytes) : readSourceForm(file, bytes, form);
}

/**
 * For a file that is too large to be read: throws `too-large` if it is a notebook by its name and its first bytes.
 * @param start the first bytes
 * @param size of the whole file in bytes
 */
export function refuseLargeNotebook(file: string, start: Buffer, size: number): void {
  if (notebookForm(file, start)) throw tooLarge(file, size);
}

function notebookForm(file: string, start: Buffer): "ipynb" | SourceHeader | undefined {
  if (extensionOf(file) === ".ipynb") return "ipynb";
  return mayBeNotebook(file) ? sourceHeader(file, start.toString("latin1", 0, headerBytes)) : undefined;
}

function tooLarge(file: string, size: number): NotebookError {
  const megabytes = (size / (1024 * 1024)).toFixed(1);
  const message = couldNot(
    `read the notebook ${file}`,
    `it is ${megabytes} MB, and Databricks imports at most 10 MB`,
    "clear its outputs or split it",
  );
  return new NotebookError("too-large", message, { file });
}

/** The offset of the first byte that is invalid in UTF-8. */
function invalidUtf8Offset(content: Buffer): number {
  let low = 0;
  let high = content.length;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (isUtf8Start(content.subarray(0, middle))) low = middle;
    else high = middle - 1;
  }
  return Math.min(low, content.length - 1);
}

/** Whether the bytes are valid UTF-8, apart from a last character that may be incomplete. */
function isUtf8Start(bytes: Buffer): boolean {
  try {
    new TextDecoder("utf-8", { fatal: true }).decode(bytes, { stream: true });
    return true;
  } catch {
    return false;
  }
}
