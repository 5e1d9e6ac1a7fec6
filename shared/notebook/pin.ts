import type { Notebook } from "./cell.ts";
import type { Declaration } from "./declarations/declaration.ts";
import { findDeclarations } from "./declarations/find-declarations.ts";
import { lineAt } from "./lines.ts";
import { describePlace, NotebookError, quote } from "./notebook-error.ts";
import { readNotebook } from "./read-notebook.ts";

/** The widget to pin and the default that it is to have. */
export interface WidgetPin {
  widget: string;
  value: string;
}

export interface PinnedNotebook {
  /** The whole file. */
  content: Buffer;
  changed: boolean;
  /** How many places set this widget's default; 0 for a file that does not declare it or is no notebook. */
  declarations: number;
  /** Sentences about what a person should know. */
  warnings: string[];
}

/**
 * Sets the default of a widget in every place of a notebook that declares it; all other bytes stay. `file` is for messages and
 * tells the format by its extension. The result is read again and its defaults compared.
 *
 * An ipynb's `currentValue` stays as it is: a run takes the default, and only the person who chose that value sees it. A
 * warning names one that differs.
 *
 * Throws NotebookError, naming file and line.
 */
export function pinNotebook(file: string, content: Buffer, pin: WidgetPin): PinnedNotebook {
  const notebook = readNotebook(file, content);
  const declarations = notebook ? findDeclarations(notebook, pin.widget) : [];
  if (!notebook || declarations.length === 0)
    return { content, changed: false, declarations: 0, warnings: [] };
  const warnings = declarations.flatMap((declaration) => checkChoices(notebook, declaration, pin));
  warnings.push(...currentValueWarnings(notebook, pin));
  const pinned = replaceDefaults(notebook, content, declarations, pin);
  if (pinned !== content) readBack(file, pinned, declarations.length, pin);
  return { content: pinned, changed: pinned !== content, declarations: declarations.length, warnings };
}

function replaceDefaults(
  notebook: Notebook,
  content: Buffer,
  declarations: Declaration[],
  pin: WidgetPin,
): Buffer {
  const parts: Buffer[] = [];
  let at = 0;
  for (const declaration of declarations) {
    if (declaration.value === pin.value) continue;
    const { start, end } = declaration.range;
    const written = declaration.write(pin.value);
    if (written === undefined) {
      const place = { file: notebook.file, line: lineAt(notebook.bytes, start) };
      const message = `Cannot pin the widget ${quote(pin.widget)} in ${describePlace(place)}: the notebook's language has no string with the characters of this value; choose another value.`;
      throw new NotebookError("value-not-expressible", message, place);
    }
    parts.push(content.subarray(at, start), Buffer.from(written, "latin1"));
    at = end;
  }
  return parts.length === 0 ? content : Buffer.concat([...parts, content.subarray(at)]);
}

/** A dropdown refuses a default that it does not offer, at run time: better here. */
function checkChoices(notebook: Notebook, { kind, choices, range }: Declaration, pin: WidgetPin): string[] {
  if (kind !== "dropdown" || !choices || choices.values.includes(pin.value)) return [];
  const place = { file: notebook.file, line: lineAt(notebook.bytes, range.start) };
  if (!choices.complete) {
    return [
      `The dropdown ${quote(pin.widget)} in ${describePlace(place)} is pinned to ${quote(pin.value)} unchecked: its choices are computed when the notebook runs.`,
    ];
  }
  const offered = choices.values.map((choice) => `${quote(choice)}`).join(", ");
  const message = `Cannot pin the widget ${quote(pin.widget)} in ${describePlace(place)}: the dropdown offers ${offered} and not ${quote(pin.value)}; add it to the choices, or declare the widget as text or combobox.`;
  throw new NotebookError("value-not-offered", message, place);
}

function currentValueWarnings(notebook: Notebook, pin: WidgetPin): string[] {
  const stale = notebook.widgetMetadata.find(
    ({ widget, currentValue }) =>
      widget === pin.widget && currentValue !== undefined && currentValue !== pin.value,
  );
  if (!stale) return [];
  return [
    `${notebook.file} keeps ${quote(stale.currentValue ?? "")} as the chosen value of the widget ${quote(pin.widget)}: whoever opens it sees that until they reset the widget; runs take the pinned default.`,
  ];
}

function readBack(file: string, pinned: Buffer, expected: number, pin: WidgetPin): void {
  const notebook = readNotebook(file, pinned);
  const found = notebook ? findDeclarations(notebook, pin.widget) : [];
  if (found.length === expected && found.every((declaration) => declaration.value === pin.value)) return;
  const message = `Cannot pin the widget ${quote(pin.widget)} in ${file}: read back from the result, its default is not the value that was set; nothing was written, please report this notebook's form.`;
  throw new NotebookError("not-read-back", message, { file });
}
