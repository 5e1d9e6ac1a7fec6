import { couldNot } from "../text/could-not.ts";
import type { Notebook } from "./cell.ts";
import type { Declaration } from "./declarations/declaration.ts";
import { findDeclarations } from "./declarations/find-declarations.ts";
import { lineAt } from "./lines.ts";
import { describePlace, NotebookError, quote } from "./notebook-error.ts";
import { readNotebook } from "./read-notebook.ts";

/** The widget to pin and its new default. */
export interface WidgetPin {
  widget: string;
  value: string;
}

export interface PinnedNotebook {
  /** The whole file. */
  content: Buffer;
  changed: boolean;
  /** How many places set this widget's default; 0 if the file does not declare it or is not a notebook. */
  declarations: number;
  /** Whole sentences. */
  warnings: string[];
}

/**
 * Sets the default of a widget in every place of a notebook that declares it, and changes no other byte. The result is read again to
 * check that its defaults are the new value.
 *
 * The `currentValue` of an ipynb does not change: runs use the default, and only the person who chose the current value sees it. If it
 * differs from the new default, there is a warning.
 *
 * @param file names the notebook in messages; its extension gives the format.
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
      const message = couldNot(
        `pin the widget ${quote(pin.widget)} in ${describePlace(place)}`,
        "the value has a character that the notebook's language does not allow in a string",
        "choose another value",
      );
      throw new NotebookError("value-not-expressible", message, place);
    }
    parts.push(content.subarray(at, start), Buffer.from(written, "latin1"));
    at = end;
  }
  return parts.length === 0 ? content : Buffer.concat([...parts, content.subarray(at)]);
}

/** At run time, a dropdown refuses a default that is not one of its choices. */
function checkChoices(notebook: Notebook, { kind, choices, range }: Declaration, pin: WidgetPin): string[] {
  if (kind !== "dropdown" || !choices || choices.values.includes(pin.value)) return [];
  const place = { file: notebook.file, line: lineAt(notebook.bytes, range.start) };
  if (!choices.complete) {
    return [
      `The dropdown ${quote(pin.widget)} in ${describePlace(place)} is pinned to ${quote(pin.value)} without a check: its choices are computed when the notebook runs.`,
    ];
  }
  const offered = choices.values.map(quote).join(", ");
  const message = couldNot(
    `pin the widget ${quote(pin.widget)} in ${describePlace(place)}`,
    `the dropdown offers ${offered} and not ${quote(pin.value)}`,
    "add it to the choices, or declare the widget as text or combobox",
  );
  throw new NotebookError("value-not-offered", message, place);
}

function currentValueWarnings(notebook: Notebook, pin: WidgetPin): string[] {
  const stale = notebook.widgetMetadata.find(
    ({ widget, currentValue }) =>
      widget === pin.widget && currentValue !== undefined && currentValue !== pin.value,
  );
  if (!stale) return [];
  return [
    `${notebook.file} contains ${quote(stale.currentValue ?? "")} as the current value of the widget ${quote(pin.widget)}: a person who opens the notebook sees that value until they reset the widget, but runs use the pinned default.`,
  ];
}

function readBack(file: string, pinned: Buffer, expected: number, pin: WidgetPin): void {
  const notebook = readNotebook(file, pinned);
  const found = notebook ? findDeclarations(notebook, pin.widget) : [];
  if (found.length === expected && found.every((declaration) => declaration.value === pin.value)) return;
  const message = couldNot(
    `pin the widget ${quote(pin.widget)} in ${file}`,
    "the changed notebook was read back without the new default, so nothing was written",
    "please report this notebook as a bug",
  );
  throw new NotebookError("not-read-back", message, { file });
}
