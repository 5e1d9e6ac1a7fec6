import { sourceHeader } from "../notebook-format.ts";
import { type Ipynb, isParametersCell } from "./convert-notebook.ts";
import { type FabricDefinition, sourceText } from "./definition.ts";

/**
 * The cells of a definition as a text, which is the same for two definitions with the same cells. Fabric keeps the cells that it is given,
 * but writes ids, metadata, outputs and line ends in its own way, and people attach lakehouses to deployed notebooks.
 * Undefined if the definition cannot be read.
 */
export function comparableCells({ format, parts }: FabricDefinition): string | undefined {
  const [part, ...others] = parts;
  if (part === undefined || others.length > 0) return undefined;
  const text = part.content.replace(/^\ufeff/, "").replace(/\r\n?/g, "\n");
  const cells = format === "ipynb" ? cellsOfIpynb(text) : cellsOfSource(part.path, text);
  return cells && JSON.stringify(cells.filter(([kind, content]) => kind !== "code" || content !== ""));
}

type ComparableCell = [kind: string, text: string];

function cellsOfIpynb(text: string): ComparableCell[] | undefined {
  try {
    return (JSON.parse(text) as Ipynb).cells.map((cell) => [
      cell.cell_type === "code" && isParametersCell(cell) ? "parameters" : String(cell.cell_type),
      trimmed(sourceText(cell.source).replace(/\r\n?/g, "\n")),
    ]);
  } catch {
    return undefined; // not a notebook any more
  }
}

const kinds: Readonly<Record<string, string>> = {
  CELL: "code",
  "PARAMETERS CELL": "parameters",
  MARKDOWN: "markdown",
};

function cellsOfSource(path: string, text: string): ComparableCell[] | undefined {
  const header = sourceHeader(path, text);
  if (header?.platform !== "fabric") return undefined;
  const { comment, end } = header;
  const heading = new RegExp(`^${comment} (CELL|PARAMETERS CELL|MARKDOWN|METADATA) \\*{20}[ \\t]*$`, "gm");
  heading.lastIndex = end;
  const headings = [...text.matchAll(heading)].filter(({ index }) => index >= end);
  return headings.flatMap((match, at): ComparableCell[] => {
    const kind = kinds[match[1]!];
    if (kind === undefined) return [];
    return [[kind, trimmed(text.slice(match.index + match[0].length, headings[at + 1]?.index))]];
  });
}

/** Without blank lines around it and white space at the end. */
function trimmed(text: string): string {
  return text.replace(/^(?:[ \t]*\n)+/, "").trimEnd();
}
