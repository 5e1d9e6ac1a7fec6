/** What went wrong with a notebook or its folder; callers branch on this, never on the message. */
export type NotebookErrorKind =
  | "too-large"
  | "not-utf8"
  | "malformed"
  | "default-not-literal"
  | "no-default"
  | "multiselect"
  | "value-not-offered"
  | "value-not-expressible"
  | "not-read-back"
  | "no-declaration"
  | "folder";

/** A place in a notebook: `line` counts from 1 in the file, `cell` (ipynb only) from 1 over all cells. */
export interface NotebookPlace {
  file: string;
  line?: number;
  cell?: number;
}

/** An error about a notebook or its folder; the message is one sentence made by couldNot. */
export class NotebookError extends Error {
  override readonly name = "NotebookError";
  readonly kind: NotebookErrorKind;
  readonly place: NotebookPlace | undefined;

  constructor(kind: NotebookErrorKind, message: string, place?: NotebookPlace, options?: ErrorOptions) {
    super(message, options);
    this.kind = kind;
    this.place = place;
  }
}

/** `jobs/train.py, line 12` or `jobs/train.ipynb, line 40 (cell 3)`. */
export function describePlace({ file, line, cell }: NotebookPlace): string {
  const lineText = line === undefined ? "" : `, line ${line}`;
  return `${file}${lineText}${cell === undefined ? "" : ` (cell ${cell})`}`;
}

/** A text to show in a message: in quotes, on one line, cut if it is long. */
export function quote(text: string): string {
  return JSON.stringify(text.length > 80 ? `${text.slice(0, 79)}…` : text);
}
