/** The widgets whose default can be pinned. */
export const pinnableKinds = ["text", "dropdown", "combobox"] as const;

/** A place that sets a widget's default: a declaration in code, a parameter's assignment, an ipynb's metadata. */
export interface Declaration {
  /** `text`, `dropdown`, `combobox`, `multiselect`; `parameter` for an assignment in Fabric's parameters cell. */
  kind: string;
  /** The bytes of the file that write the default. */
  range: { start: number; end: number };
  /** The default as it is now; undefined for a literal whose value is not known here (`"\N{BULLET}"`). */
  value: string | undefined;
  /** What may be chosen; `complete` is false where some of it is not written as literals. */
  choices: { values: string[]; complete: boolean } | undefined;
  /** The bytes that write `value` as the default; undefined where the language has no such string. */
  write(value: string): string | undefined;
}

/**
 * What the code of one cell declares, before it is known whether it can be pinned. Offsets are of the cell's code. A default
 * that is `missing` is not given at all; one without `literal` is given but is no constant string.
 */
export interface CodeDeclaration {
  kind: string;
  start: number;
  default: { start: number; end: number; literal: boolean } | "missing";
  choices: { values: string[]; complete: boolean } | undefined;
}
