/** A place that sets a widget's default: a declaration in code, the assignment of a parameter, or the metadata of an ipynb. */
export interface Declaration {
  /** `text`, `dropdown`, `combobox`, `multiselect`; `parameter` for an assignment in Fabric's parameters cell. */
  kind: string;
  /** The bytes of the default in the file. */
  range: { start: number; end: number };
  /** The current default; undefined for a literal that is not decoded here, such as `"\N{BULLET}"`. */
  value: string | undefined;
  /** The choices that are written as literals; `complete` is false if there are others. */
  choices: { values: string[]; complete: boolean } | undefined;
  /** The bytes to put in `range` to make `value` the default; undefined if the language has no such string. */
  write(value: string): string | undefined;
}

/**
 * A declaration in the code of one cell, whether or not it can be pinned. Offsets are of the cell's code. A default without `literal` is
 * not a constant string.
 */
export interface CodeDeclaration {
  /** The name of the widget or parameter. */
  widget: string;
  kind: string;
  start: number;
  default: { start: number; end: number; literal: boolean } | "missing";
  choices: { values: string[]; complete: boolean } | undefined;
}
