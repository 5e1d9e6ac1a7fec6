import type { LanguageName } from "../languages/language.ts";
import { sourceHeader } from "../notebook-format.ts";
import { databricksCells, readCode } from "../source-form.ts";
import { type CellToConvert, convertCell, type FabricCell } from "./convert-cell.ts";
import { sourceLines, sourceText } from "./definition.ts";

type ItemNameOf = CellToConvert["itemNameOf"];

/** The cells of a notebook in Databricks' source form, one for each cell of the file. */
export function convertSource(file: string, content: string, itemNameOf: ItemNameOf): FabricCell[] {
  const text = content.replace(/\r\n?/g, "\n");
  const { language, comment, end } = sourceHeader(file, text)!;
  return [...databricksCells(text, end, comment)].map((range) => {
    const body = text.slice(range.start, range.end);
    const lines = body.split("\n");
    const titleAt = lines.findIndex((line) => line.trim() !== "");
    const title = new RegExp(`^${comment} DBTITLE \\d+,(.*)$`).exec(lines[titleAt] ?? "")?.[1];
    const code = readCode(title === undefined ? body : lines.slice(titleAt + 1).join("\n"), 0, comment).text;
    return convertCell({ text: withoutBlankLinesAround(code), language, title, itemNameOf });
  });
}

export const databricksNotebook = "application/vnd.databricks.v1+notebook";
const databricksCell = "application/vnd.databricks.v1+cell";

interface IpynbCell {
  cell_type?: unknown;
  source?: unknown;
  metadata?: Record<string, unknown> & { tags?: unknown };
}

export interface Ipynb {
  cells: IpynbCell[];
  metadata?: Record<string, unknown> & {
    [databricksNotebook]?: { language?: unknown; environmentMetadata?: { dependencies?: unknown } | null };
    kernelspec?: { name?: unknown; language?: unknown };
    kernel_info?: { name?: unknown };
    language_info?: { name?: unknown };
  };
}

export function isDatabricksIpynb({ metadata }: Ipynb): boolean {
  return metadata?.[databricksNotebook] !== undefined;
}

/** The language of the cells that have no magic; undefined if it is none of Fabric's. */
export function languageOf({ metadata }: Ipynb): LanguageName | undefined {
  const named =
    metadata?.[databricksNotebook]?.language ??
    metadata?.language_info?.name ??
    metadata?.kernelspec?.language ??
    "python";
  const name = String(named).toLowerCase();
  if (name === "pyspark") return "python";
  return name === "python" || name === "sql" || name === "scala" || name === "r" ? name : undefined;
}

/** The cells of an ipynb that is not Fabric's, without their outputs, which belong to another platform. */
export function convertIpynb(notebook: Ipynb, itemNameOf: ItemNameOf): FabricCell[] {
  const language = languageOf(notebook) ?? "python";
  return notebook.cells.map((cell) => {
    const text = sourceText(cell.source).replace(/\r\n?/g, "\n");
    if (cell.cell_type === "markdown" || cell.cell_type === "raw")
      return { kind: cell.cell_type, language, text, parameters: false };
    const details = cell.metadata?.[databricksCell] as { title?: unknown; showTitle?: unknown } | undefined;
    const title =
      details?.showTitle === true && typeof details.title === "string" ? details.title : undefined;
    const converted = convertCell({ text, language, title, itemNameOf });
    return { ...converted, parameters: converted.parameters || isParametersCell(cell) };
  });
}

/** Whether an ipynb marks a cell as the one whose values the parameters of a run replace. */
export function isParametersCell({ metadata }: IpynbCell): boolean {
  return Array.isArray(metadata?.tags) && metadata.tags.includes("parameters");
}

/** The metadata by which Fabric knows a notebook whose cells without a magic are PySpark. */
const pySpark = {
  kernel_info: { name: "synapse_pyspark" },
  kernelspec: { name: "synapse_pyspark", display_name: "Synapse PySpark", language: "Python" },
  language_info: { name: "python" },
  microsoft: { language: "python", language_group: "synapse_pyspark" },
};
const microsoftName: Readonly<Record<LanguageName, string>> = {
  python: "python",
  sql: "sparksql",
  scala: "scala",
  r: "r",
};

/** The ipynb of a Fabric notebook. */
export function writeIpynb(cells: readonly FabricCell[]): string {
  const written = cells.map((cell, index) => {
    const common = { id: `cell-${index + 1}`, source: sourceLines(cell.text) };
    if (cell.kind !== "code") return { cell_type: cell.kind, ...common, metadata: {} };
    const microsoft = { language: microsoftName[cell.language], language_group: "synapse_pyspark" };
    const metadata = { microsoft, ...(cell.parameters ? { tags: ["parameters"] } : {}) };
    return { cell_type: "code", ...common, metadata, execution_count: null, outputs: [] };
  });
  return JSON.stringify({ nbformat: 4, nbformat_minor: 5, metadata: pySpark, cells: written }, undefined, 1);
}

/** Whether the kernel of an ipynb is one of Fabric's: PySpark, Python without Spark, or T-SQL. Jupyter's own are not. */
export function hasFabricKernel({ metadata }: Ipynb): boolean {
  const name = metadata?.kernel_info?.name ?? metadata?.kernelspec?.name;
  return name === undefined || /^(?:synapse_pyspark|jupyter|sqldatawarehouse)$/.test(String(name));
}

/** The ipynb with Fabric's kernel for Python on Spark instead of its own; its cells stay as they are. */
export function withFabricKernel(notebook: Ipynb): string {
  return JSON.stringify({ ...notebook, metadata: { ...notebook.metadata, ...pySpark } }, undefined, 1);
}

function withoutBlankLinesAround(text: string): string {
  return text.replace(/^(?:[ \t]*\n)+/, "").trimEnd();
}
