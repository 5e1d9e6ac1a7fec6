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

/** Where in a notebook: `line` counts from 1 in the file; `cell` (ipynb only) counts from 1 over all cells. */
export interface NotebookPlace {
  file: string;
  line?: number;
  cell?: number;
}

/** One sentence: what was tried, on what, what came back, what to do. */
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

/** A text for a message: in quotes, on one line, not longer than a person reads. */
export function quote(text: string): string {
  return JSON.stringify(text.length > 80 ? `${text.slice(0, 79)}…` : text);
}
