import {
  type FabricNotebook,
  type FabricProject,
  readFabricProject,
} from "../../../../shared/notebook/fabric/fabric-project.ts";
import { makeFolder } from "../folder.ts";

/** Reads a folder with these files as a project. */
export async function projectOf(
  files: Record<string, string>,
  globs: readonly string[] = [],
): Promise<FabricProject> {
  const folder = makeFolder(files);
  try {
    return await readFabricProject(folder.path, globs);
  } catch (error) {
    throw new Error((error as Error).message.replaceAll(folder.path, "FOLDER"));
  } finally {
    folder.remove();
  }
}

/** The cells of a definition in ipynb as `code:…` or `markdown:…`. */
export function cellsOf({ definition }: FabricNotebook): string[] {
  return parse(definition.parts[0]!.content).cells.map(
    ({ cell_type, source }) => `${cell_type}:${source.join("")}`,
  );
}

interface WrittenIpynb {
  cells: { cell_type: string; source: string[]; metadata: { tags?: string[] } }[];
  metadata: { kernelspec: { name: string } };
}

export function parse(content: string): WrittenIpynb {
  return JSON.parse(content) as WrittenIpynb;
}

/** A notebook in Databricks' source form with these cells. */
export function databricks(...cells: string[]): string {
  return `# Databricks notebook source\n${cells.join("\n\n# COMMAND ----------\n\n")}\n`;
}

/** The lines of a cell in another language than the notebook's. */
export function magic(text: string): string {
  return text
    .split("\n")
    .map((line) => `# MAGIC ${line}`)
    .join("\n");
}

/** A notebook in Fabric's source form with these code cells. */
export function fabric(...cells: string[]): string {
  const meta =
    '# META {\n# META   "language": "python",\n# META   "language_group": "synapse_pyspark"\n# META }';
  const written = cells.map((cell) => {
    const heading = cell.startsWith("PARAMETERS\n") ? "PARAMETERS CELL" : "CELL";
    const code = cell.replace(/^PARAMETERS\n/, "");
    return `\n# ${heading} ********************\n\n${code}\n\n# METADATA ********************\n\n${meta}\n`;
  });
  return `# Fabric notebook source\n\n# METADATA ********************\n\n# META {\n# META   "kernel_info": {\n# META     "name": "synapse_pyspark"\n# META   }\n# META }\n${written.join("")}`;
}

/** An ipynb with these cells and metadata. */
export function ipynb(cells: object[], metadata: object = {}): string {
  return JSON.stringify({ nbformat: 4, nbformat_minor: 5, metadata, cells });
}
