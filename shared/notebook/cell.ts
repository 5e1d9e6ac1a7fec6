import type { LanguageName } from "./languages/language.ts";

/**
 * A cell's code, taken out of its file: without `# MAGIC ` prefixes, without JSON's escapes. It keeps where each part came
 * from, so that an edit of the code is an edit of the file's bytes.
 */
export class CellCode {
  readonly #parts: { start: number; fileStart: number; fileEnd: number }[] = [];
  text = "";

  /** Adds bytes that stand in the file at `fileStart` as they are. */
  addPlain(bytes: string, fileStart: number): this {
    return this.addEscaped(bytes, fileStart, fileStart + bytes.length);
  }

  /** Adds bytes that the file writes in another way, at `fileStart` up to `fileEnd`. */
  addEscaped(bytes: string, fileStart: number, fileEnd: number): this {
    if (bytes.length > 0) this.#parts.push({ start: this.text.length, fileStart, fileEnd });
    this.text += bytes;
    return this;
  }

  /** The range of the file that code from `start` up to `end` (more than nothing) takes. */
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
  /** Counts from 1 over all cells of the notebook, code or not. */
  number: number;
  language: LanguageName;
  /** Fabric's cell whose assignments are the notebook's parameters. */
  parameters: boolean;
  code: CellCode;
}

export interface Notebook {
  format: "databricks" | "fabric" | "ipynb";
  /** Path for messages. */
  file: string;
  /** The whole file as a byte string (see languages/token.ts). */
  bytes: string;
  /** The code cells in a language that can declare a widget and that mention one; others are left out unread. */
  cells: Cell[];
  /** ipynb only: what the notebook's metadata say of each widget. */
  widgetMetadata: WidgetMetadata[];
}

/** One `widgetInfo` or `typedWidgetInfo` object of an ipynb that has a default. */
export interface WidgetMetadata {
  widget: string;
  kind: string;
  /** The range of the JSON value of `defaultValue`, and the value where it is a string. */
  defaultValue: { start: number; end: number; text: string | undefined };
  choices: string[] | undefined;
  currentValue: string | undefined;
  start: number;
}

/** Whether code can declare a widget at all: every form of declaration spells the word `widget`. */
export function mentionsWidget(text: string): boolean {
  return text.includes("widgets") || text.includes("WIDGET") || /widget/i.test(text);
}
