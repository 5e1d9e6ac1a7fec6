import type { LanguageName } from "./languages/language.ts";

/**
 * The code of a cell without `# MAGIC ` prefixes and JSON escapes. It knows where each of its parts is in the file, so that a range of
 * the code gives the range of the file's bytes to edit.
 */
export class CellCode {
  readonly #parts: { start: number; fileStart: number; fileEnd: number }[] = [];
  text = "";

  /** Adds bytes that are the same in the file, at `fileStart`. */
  addPlain(bytes: string, fileStart: number): this {
    return this.addEscaped(bytes, fileStart, fileStart + bytes.length);
  }

  /** Adds bytes that the file contains in another form, from `fileStart` to `fileEnd`. */
  addEscaped(bytes: string, fileStart: number, fileEnd: number): this {
    if (bytes.length > 0) this.#parts.push({ start: this.text.length, fileStart, fileEnd });
    this.text += bytes;
    return this;
  }

  /** The range in the file of the code from `start` to `end`, which must not be empty. */
  fileRange(start: number, end: number): { start: number; end: number } {
    const first = this.#partAt(start);
    const last = this.#partAt(end - 1);
    return {
      start: this.#isPlain(first)
        ? this.#parts[first]!.fileStart + start - this.#parts[first]!.start
        : this.#parts[first]!.fileStart,
      end: this.#isPlain(last)
        ? this.#parts[last]!.fileStart + end - this.#parts[last]!.start
        : this.#parts[last]!.fileEnd,
    };
  }

  #partAt(offset: number): number {
    let low = 0;
    let high = this.#parts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.#parts[middle]!.start <= offset) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  #isPlain(part: number): boolean {
    const { start, fileStart, fileEnd } = this.#parts[part]!;
    return fileEnd - fileStart === (this.#parts[part + 1]?.start ?? this.text.length) - start;
  }
}

export interface Cell {
  /** From 1, counting all cells of the notebook, code or not. */
  number: number;
  language: LanguageName;
  /** Whether it is Fabric's parameters cell. */
  parameters: boolean;
  code: CellCode;
}

export interface Notebook {
  format: "databricks" | "fabric" | "ipynb";
  /** The path to show in messages. */
  file: string;
  /** The whole file as a byte string (see languages/token.ts). */
  bytes: string;
  /** The code cells that may declare a widget. */
  cells: Cell[];
  /** Of an ipynb only: the widgets in the notebook's metadata. */
  widgetMetadata: WidgetMetadata[];
}

/** One `widgetInfo` or `typedWidgetInfo` object of an ipynb that has a default. */
export interface WidgetMetadata {
  widget: string;
  kind: string;
  /** The range of the JSON value of `defaultValue`, and the value if it is a string. */
  defaultValue: { start: number; end: number; text: string | undefined };
  choices: string[] | undefined;
  currentValue: string | undefined;
  start: number;
}

/** Whether code may declare a widget: every form of declaration contains the word `widget`. */
export function mentionsWidget(text: string): boolean {
  return text.includes("widgets") || text.includes("WIDGET") || /widget/i.test(text);
}
