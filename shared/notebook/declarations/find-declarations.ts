import { couldNot } from "../../text/could-not.ts";
import type { Cell, Notebook, WidgetMetadata } from "../cell.ts";
import { languages } from "../languages/language.ts";
import { decodeBytes, encodeBytes } from "../languages/literal-text.ts";
import { lineAt } from "../lines.ts";
import { describePlace, NotebookError, type NotebookPlace, quote } from "../notebook-error.ts";
import { findCreateWidget } from "./create-widget.ts";
import { findDbutilsCalls } from "./dbutils-call.ts";
import type { CodeDeclaration, Declaration } from "./declaration.ts";
import type { TokenizedCode } from "./expression.ts";
import { findAssignments } from "./parameter-assignment.ts";

/**
 * Every place in the notebook that sets the default of `widget`, in the order of the file.
 * Throws NotebookError if one of them cannot be pinned: `default-not-literal`, `no-default`, `multiselect`.
 */
export function findDeclarations(notebook: Notebook, widget: string): Declaration[] {
  const inCode = notebook.cells.flatMap((cell) =>
    findInCell(cell)
      .filter((found) => found.widget === widget)
      .map((found) => fromCode(notebook, cell, found)),
  );
  const inMetadata = notebook.widgetMetadata
    .filter((metadata) => metadata.widget === widget)
    .map((metadata) => fromMetadata(notebook, metadata));
  return [...inCode, ...inMetadata].sort((a, b) => a.range.start - b.range.start);
}

/** The names of all widgets that the notebook declares. */
export function declaredWidgets({ cells, widgetMetadata }: Notebook): string[] {
  return [...cells.flatMap(findInCell), ...widgetMetadata].map(({ widget }) => widget);
}

function findInCell(cell: Cell): CodeDeclaration[] {
  const { text } = cell.code;
  const code: TokenizedCode = {
    language: cell.language,
    text,
    tokens: languages[cell.language].tokens(text),
  };
  if (cell.language === "sql") return [...findCreateWidget(code)];
  const assignments = cell.parameters && cell.language === "python" ? findAssignments(code) : [];
  return [...findDbutilsCalls(code), ...assignments];
}

function fromCode(notebook: Notebook, cell: Cell, found: CodeDeclaration): Declaration {
  const { code } = cell;
  const fileStart = code.fileRange(found.start, found.start + 1).start;
  const place: NotebookPlace = { file: notebook.file, line: lineAt(notebook.bytes, fileStart) };
  if (notebook.format === "ipynb") place.cell = cell.number;
  const attempt = `pin the widget ${quote(found.widget)} in ${describePlace(place)}`;
  if (found.kind === "multiselect") throw isMultiselect(attempt, place);
  if (found.default === "missing") {
    const message = couldNot(attempt, "it is declared without a default", "give it a plain string literal");
    throw new NotebookError("no-default", message, place);
  }
  if (!found.default.literal) {
    const written = snippet(code.text.slice(found.default.start, found.default.end));
    const message = couldNot(
      attempt,
      `its default is ${written}, which is not a plain string literal`,
      'write a literal such as "0.0.0" there, and compute the value elsewhere',
    );
    throw new NotebookError("default-not-literal", message, place);
  }
  const language = languages[cell.language];
  const literal = decodeBytes(code.text.slice(found.default.start, found.default.end));
  return {
    kind: found.kind,
    range: code.fileRange(found.default.start, found.default.end),
    value: language.decode(literal),
    choices: found.kind === "dropdown" ? found.choices : undefined,
    write: (value) => {
      const encoded = language.encode(value, literal);
      if (encoded === undefined) return undefined;
      return encodeBytes(notebook.format === "ipynb" ? JSON.stringify(encoded).slice(1, -1) : encoded);
    },
  };
}

function fromMetadata(notebook: Notebook, metadata: WidgetMetadata): Declaration {
  const place: NotebookPlace = { file: notebook.file, line: lineAt(notebook.bytes, metadata.start) };
  const attempt = `pin the widget ${quote(metadata.widget)} in the metadata of ${describePlace(place)}`;
  if (metadata.kind === "multiselect") throw isMultiselect(attempt, place);
  const { start, end, text } = metadata.defaultValue;
  if (text === undefined && notebook.bytes[start] !== "n") {
    const written = snippet(notebook.bytes.slice(start, end));
    const message = couldNot(
      attempt,
      `its defaultValue is ${written}, which is not a string`,
      "declare it as a text widget",
    );
    throw new NotebookError("default-not-literal", message, place);
  }
  return {
    kind: metadata.kind,
    range: { start, end },
    value: text,
    choices:
      metadata.kind === "dropdown" && metadata.choices
        ? { values: metadata.choices, complete: true }
        : undefined,
    write: (value) => encodeBytes(JSON.stringify(value)),
  };
}

function isMultiselect(attempt: string, place: NotebookPlace): NotebookError {
  const message = couldNot(attempt, "it is a multiselect", "declare it as text, dropdown or combobox");
  return new NotebookError("multiselect", message, place);
}

/** Code to show in a message: on one line, short, without control characters. */
function snippet(bytes: string): string {
  const text = decodeBytes(bytes)
    .replace(/[\s\x00-\x1f\x7f-\x9f]+/g, " ")
    .trim();
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}
