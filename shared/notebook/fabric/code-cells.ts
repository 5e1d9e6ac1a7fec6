import type { LanguageName } from "../languages/language.ts";
import { languageOfCell } from "../magic.ts";
import { sourceHeader } from "../notebook-format.ts";
import { fabricCells, readCode } from "../source-form.ts";
import { type Ipynb, isParametersCell } from "./convert-notebook.ts";
import { type FabricDefinition, sourceText } from "./definition.ts";

/** A code cell of a Fabric notebook. */
export interface CodeCell {
  /** From 1, counting all cells of the notebook, code or not. */
  number: number;
  language: LanguageName;
  text: string;
  parameters: boolean;
}

/** The cells of a definition that contain code of one of Fabric's languages, or a line magic. */
export function codeCells({ format, parts }: FabricDefinition): CodeCell[] {
  return parts.flatMap(({ path, content }) => {
    return format === "ipynb" ? fromIpynb(content) : fromSource(path, content);
  });
}

function fromIpynb(content: string): CodeCell[] {
  const { cells } = JSON.parse(content.replace(/^\ufeff/, "")) as Ipynb;
  return cells.flatMap((cell, index) => {
    if (cell.cell_type !== "code") return [];
    return codeCell(index + 1, sourceText(cell.source), "python", isParametersCell(cell));
  });
}

function fromSource(path: string, content: string): CodeCell[] {
  const header = sourceHeader(path, content);
  if (!header) return [];
  return [...fabricCells(content, header.end, header.comment)].flatMap((range) => {
    const { text } = readCode(content.slice(range.start, range.end), 0, header.comment);
    return codeCell(range.number, text, range.language ?? header.language, range.parameters);
  });
}

function codeCell(number: number, text: string, language: LanguageName, parameters: boolean): CodeCell[] {
  const found = languageOfCell(text, language);
  if (found) return [{ number, language: found.language, text: text.slice(found.skip), parameters }];
  // The text of a cell such as `%%sh` is in no language of Fabric. A line magic such as `%fs` is an IPython cell's.
  return /^\s*%%/.test(text) ? [] : [{ number, language: "python", text, parameters }];
}
