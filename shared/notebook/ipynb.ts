import { couldNot } from "../text/could-not.ts";
import { type Cell, CellCode, mentionsWidget, type Notebook, type WidgetMetadata } from "./cell.ts";
import { type JsonNode, JsonSyntaxError, member, scanJson, stringValue } from "./json-scanner.ts";
import type { LanguageName } from "./languages/language.ts";
import { encodeBytes } from "./languages/literal-text.ts";
import { lineAt } from "./lines.ts";
import { blankStart, languageOfCell } from "./magic.ts";
import { describePlace, NotebookError } from "./notebook-error.ts";

const databricksMimeType = "application/vnd.databricks.v1+notebook";
const languageOf: Readonly<Record<string, LanguageName>> = {
  python: "python",
  sql: "sql",
  sparksql: "sql",
  scala: "scala",
  r: "r",
  sparkr: "r",
};

/** Reads an ipynb (nbformat 4): the code cells that may declare a widget, and Databricks' widget metadata. */
export function readIpynb(file: string, bytes: string): Notebook {
  const root = scan(file, bytes);
  const items = member(root, "cells");
  if (items?.kind !== "array") {
    const message = couldNot(
      `read the notebook ${file}`,
      "its JSON contains no list of cells",
      "save it as nbformat 4 (Jupyter's format since 2014)",
    );
    throw new NotebookError("malformed", message, { file });
  }
  const metadata = member(root, "metadata");
  const databricks = member(metadata, databricksMimeType);
  const language = notebookLanguage(bytes, metadata, databricks);
  const cells: Cell[] = [];
  for (const [index, item] of items.items.entries()) {
    if (stringValue(bytes, member(item, "cell_type")) !== "code") continue;
    const source = member(item, "source");
    const parameters = databricks === undefined && hasTag(bytes, item, "parameters");
    if (!source || !(parameters || mentionsWidgetInJson(bytes.slice(source.start, source.end)))) continue;
    const own = stringValue(bytes, member(member(member(item, "metadata"), "microsoft"), "language"));
    const code = readSource(bytes, source);
    const found = languageOfCell(code.text, (own && languageOf[own]) || language);
    if (!found) continue;
    blankStart(code, found.skip);
    cells.push({ number: index + 1, language: found.language, parameters, code });
  }
  return {
    format: "ipynb",
    file,
    bytes,
    cells,
    widgetMetadata: readWidgets(bytes, member(databricks, "widgets")),
  };
}

function scan(file: string, bytes: string): JsonNode {
  try {
    return scanJson(bytes, bytes.startsWith("\xef\xbb\xbf") ? 3 : 0);
  } catch (error) {
    if (!(error instanceof JsonSyntaxError)) throw error;
    const place = { file, line: lineAt(bytes, error.offset) };
    const message = couldNot(
      `read the notebook ${describePlace(place)}`,
      error.atEnd ? "the file ends in the middle of its JSON" : "the JSON is not valid there",
      "export or save the notebook again, or remove it from the folder",
    );
    throw new NotebookError("malformed", message, place, { cause: error });
  }
}

function notebookLanguage(
  bytes: string,
  metadata: JsonNode | undefined,
  databricks: JsonNode | undefined,
): LanguageName {
  const names = [
    member(databricks, "language"),
    member(member(metadata, "language_info"), "name"),
    member(member(metadata, "kernelspec"), "language"),
  ];
  for (const node of names) {
    const language = languageOf[stringValue(bytes, node)?.toLowerCase() ?? ""];
    if (language) return language;
  }
  return "python";
}

function hasTag(bytes: string, cell: JsonNode, tag: string): boolean {
  const tags = member(member(cell, "metadata"), "tags");
  return tags?.kind === "array" && tags.items.some((item) => stringValue(bytes, item) === tag);
}

/** JSON may write `widget` as `\u0077idget`, so a source with such escapes is always read. */
function mentionsWidgetInJson(source: string): boolean {
  return source.includes("\\u") || mentionsWidget(source);
}

/** A cell's source is one string, or a list of strings to join without a separator. */
function readSource(bytes: string, source: JsonNode): CellCode {
  const code = new CellCode();
  for (const part of source.kind === "array" ? source.items : [source]) {
    if (part.kind === "string") addString(code, bytes, part.start + 1, part.end - 1);
  }
  return code;
}

const escapes = /\\(?:u[dD][89abAB][0-9A-Fa-f]{2}\\u[dD][c-fC-F][0-9A-Fa-f]{2}|u[0-9A-Fa-f]{4}|[\s\S])/g;

function addString(code: CellCode, bytes: string, start: number, end: number): void {
  const body = bytes.slice(start, end);
  let at = 0;
  for (const match of body.matchAll(escapes)) {
    code.addPlain(body.slice(at, match.index), start + at);
    at = match.index + match[0].length;
    const text = JSON.parse(`"${match[0]}"`) as string;
    code.addEscaped(encodeBytes(text), start + match.index, start + at);
  }
  code.addPlain(body.slice(at), start + at);
}

function readWidgets(bytes: string, widgets: JsonNode | undefined): WidgetMetadata[] {
  if (widgets?.kind !== "object") return [];
  return widgets.members.flatMap(({ key, value }) =>
    ["widgetInfo", "typedWidgetInfo"].flatMap((name) => {
      const info = member(value, name);
      if (info?.kind !== "object") return [];
      const options = member(info, "options");
      const defaultValue = member(info, "defaultValue");
      if (!defaultValue) return [];
      const choices = member(options, "choices");
      return {
        widget: key,
        kind: widgetKind(bytes, info, options),
        defaultValue: {
          start: defaultValue.start,
          end: defaultValue.end,
          text: stringValue(bytes, defaultValue),
        },
        choices:
          choices?.kind === "array"
            ? choices.items.flatMap((choice) => stringValue(bytes, choice) ?? [])
            : undefined,
        currentValue: stringValue(bytes, member(value, "currentValue")),
        start: info.start,
      };
    }),
  );
}

/**
 * The kind of the widget, named as in code. typedWidgetInfo calls every widget with choices a Dropdown: one without a fixed domain is a
 * combobox, and one with the flag `multiselect` a multiselect.
 */
function widgetKind(bytes: string, info: JsonNode, options: JsonNode | undefined): string {
  const typed = stringValue(bytes, member(options, "widgetDisplayType"))?.toLowerCase();
  const flag = (name: string) => {
    const node = member(options, name);
    return node && bytes.slice(node.start, node.end);
  };
  if (typed === "dropdown" && flag("multiselect") === "true") return "multiselect";
  if (typed === "dropdown" && flag("fixedDomain") === "false") return "combobox";
  return typed ?? stringValue(bytes, member(info, "widgetType"))?.toLowerCase() ?? "text";
}
