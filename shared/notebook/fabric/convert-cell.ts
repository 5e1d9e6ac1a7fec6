import type { LanguageName } from "../languages/language.ts";
import { quoteName } from "./definition.ts";

/** A cell of a Fabric notebook. */
export interface FabricCell {
  kind: "code" | "markdown" | "raw";
  language: LanguageName;
  /** The text with the magic that sets the language, if it is not Python. */
  text: string;
  parameters: boolean;
}

export interface CellToConvert {
  /** Without `# MAGIC`, and with line ends of Unix. */
  text: string;
  /** The language of the notebook. */
  language: LanguageName;
  title?: string | undefined;
  /** The name by which Fabric finds the notebook at a path after `%run`. */
  itemNameOf: (path: string) => string;
}

/** https://learn.microsoft.com/fabric/data-engineering/author-execute-notebook#use-multiple-languages */
const fabricMagic: Readonly<Record<LanguageName, string>> = {
  python: "",
  sql: "%%sql",
  scala: "%%spark",
  r: "%%sparkr",
};
const comments: Readonly<Record<LanguageName, string>> = { python: "#", sql: "--", scala: "//", r: "#" };

/**
 * Converts a cell of a Databricks notebook. Its code stays as it is: only the magic at its start changes, and a title becomes a comment. A magic
 * that has no counterpart stays, too, so that the cell fails on Fabric instead of being left out in silence.
 */
export function convertCell({ text, language, title, itemNameOf }: CellToConvert): FabricCell {
  const parameters = /^parameters$/i.test(title?.trim() ?? "");
  const magic = /^\s*%([A-Za-z][\w-]*)[ \t]*\n?/.exec(text);
  const word = magic?.[1]?.toLowerCase();
  const rest = text.slice(magic?.[0].length ?? 0);
  if (word === "md" || word === "md-sandbox")
    return {
      kind: "markdown",
      language,
      text: withTitle("", rest, title && `**${title}**\n`),
      parameters: false,
    };
  const own = word !== undefined && isLanguage(word) ? word : undefined;
  if (own !== undefined || (word === undefined && !text.startsWith("%%"))) {
    const to = own ?? language;
    const heading = title && `${comments[to]} ${title}`;
    return { kind: "code", language: to, text: withTitle(fabricMagic[to], rest, heading), parameters };
  }
  const code = (converted: string, heading: string | undefined): FabricCell => {
    return { kind: "code", language: "python", text: withTitle("", converted, heading), parameters };
  };
  const comment = title && `# ${title}`;
  // Databricks goes on after a command that fails unless -e is given; Fabric's %%sh always fails the cell.
  if (word === "sh") return code(withTitle("%%sh", rest.replace(/^-e[ \t]*\n?/, ""), comment), undefined);
  if (word === "run") return code(convertRun(rest, itemNameOf) + (comment ? `\n${comment}` : ""), undefined);
  return text.startsWith("%%") ? code(text, undefined) : code(text, comment);
}

function withTitle(magic: string, text: string, heading: string | undefined): string {
  return [magic, heading, text].filter((part) => part !== "" && part !== undefined).join("\n");
}

function isLanguage(word: string): word is LanguageName {
  return word in fabricMagic;
}

/** `./etl/load $day="1"` → `load { "day": "1" }`. Text that is neither a path nor arguments stays behind them. */
function convertRun(rest: string, itemNameOf: (path: string) => string): string {
  const match = /^("[^"\n]*"|[^\s"$]+)((?:[ \t]+\$\w+[ \t]*=[ \t]*"[^"\n]*")*)/.exec(rest);
  if (!match) return `%run ${rest}`;
  const values = [...match[2]!.matchAll(/\$(\w+)[ \t]*=[ \t]*"([^"\n]*)"/g)].map(([, name, value]) => [
    name,
    value,
  ]);
  const parameters = values.length > 0 ? ` ${JSON.stringify(Object.fromEntries(values))}` : "";
  const name = quoteName(itemNameOf(match[1]!.replace(/^"(.*)"$/, "$1")));
  return `%run ${name}${parameters}${rest.slice(match[0].length)}`;
}
