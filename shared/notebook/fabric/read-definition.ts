import { isUtf8 } from "node:buffer";
import { readFile } from "node:fs/promises";
import { couldNot } from "../../text/could-not.ts";
import { extensionOf, whyNotJupyter } from "../notebook-format.ts";
import {
  convertIpynb,
  convertSource,
  hasFabricKernel,
  type Ipynb,
  isDatabricksIpynb,
  languageOf,
  withFabricKernel,
  writeIpynb,
} from "./convert-notebook.ts";
import { type FabricDefinition, withIncludes } from "./definition.ts";
import { ipynbEnvironmentRemark, sourceEnvironmentRemark } from "./environment-remark.ts";
import type { IncludedNames } from "./included-names.ts";
import type { FabricFile } from "./notebook-files.ts";

/** The limit of a Fabric notebook, in bytes. https://learn.microsoft.com/fabric/data-engineering/notebook-limitation */
const maxBytes = 32 * 1024 * 1024;

interface ReadNotebook {
  definition: FabricDefinition;
  remarks: string[];
}

/** The definition of a notebook for Fabric. A notebook that is Fabric's already keeps its text, apart from the names after `%run`. */
export async function readDefinition(file: FabricFile, names: IncludedNames): Promise<ReadNotebook> {
  const { path, size } = file.file;
  if (size > maxBytes)
    throw new Error(
      couldNot(
        `read notebook ${path}`,
        `it is ${(size / (1024 * 1024)).toFixed(1)} MB, and Fabric accepts at most 32 MB`,
        "clear its outputs or split it",
      ),
    );
  const bytes = await readFile(file.file.file);
  if (!isUtf8(bytes))
    throw new Error(couldNot(`read notebook ${path}`, "it is not UTF-8", "save it as UTF-8"));
  const content = bytes.toString("utf8").replace(/^\ufeff/, "");
  const remarks: string[] = [];
  const fromDatabricks = (target: string) => databricksItemName(target, file, names, remarks);
  if (file.form === "databricks") {
    remarks.push(...sourceEnvironmentRemark(path, content));
    return { definition: ipynb(writeIpynb(convertSource(path, content, fromDatabricks))), remarks };
  }
  const fromFabric = (name: string) => {
    const meant = names.named(name, file);
    return meant ? names.itemNameOf(meant) : name;
  };
  if (file.form === "fabric") {
    const part = { path: `notebook-content${extensionOf(path)}`, content };
    return { definition: withIncludes({ format: "fabricGitSource", parts: [part] }, fromFabric), remarks };
  }
  const notebook = parseIpynb(path, content);
  if (isDatabricksIpynb(notebook)) {
    remarks.push(...ipynbEnvironmentRemark(path, notebook));
    return { definition: ipynb(writeIpynb(convertIpynb(notebook, fromDatabricks))), remarks };
  }
  return { definition: withIncludes(ipynb(forFabric(path, notebook, content)), fromFabric), remarks };
}

/** A notebook of Jupyter gets Fabric's kernel. One in another language than Python gets its magic in each cell. */
function forFabric(path: string, notebook: Ipynb, content: string): string {
  if (hasFabricKernel(notebook)) return content;
  const language = languageOf(notebook);
  if (language === undefined)
    throw new Error(
      couldNot(
        `read notebook ${path}`,
        `it is in ${String(notebook.metadata?.kernelspec?.language ?? notebook.metadata?.language_info?.name)}, and Fabric runs Python, SQL, Scala and R`,
        `remove it from the folder, or exclude it by the glob "!${path}"`,
      ),
    );
  return language === "python"
    ? withFabricKernel(notebook)
    : writeIpynb(convertIpynb(notebook, (name) => name));
}

function ipynb(content: string): FabricDefinition {
  return { format: "ipynb", parts: [{ path: "notebook-content.ipynb", content }] };
}

function parseIpynb(path: string, content: string): Ipynb {
  const problem = whyNotJupyter(content) ?? whyNotCells(content);
  if (problem !== undefined)
    throw new Error(
      couldNot(`read notebook ${path}`, `it is not a Jupyter notebook (${problem})`, "save it again"),
    );
  return JSON.parse(content) as Ipynb;
}

function whyNotCells(content: string): string | undefined {
  const { cells } = JSON.parse(content) as Ipynb;
  const isCell = (cell: unknown) => typeof cell === "object" && cell !== null;
  return cells.every(isCell) ? undefined : "one of its cells is not an object";
}

function databricksItemName(
  target: string,
  file: FabricFile,
  names: IncludedNames,
  remarks: string[],
): string {
  const meant = names.atPath(target, file);
  if (meant) return names.itemNameOf(meant);
  const name = target.slice(target.lastIndexOf("/") + 1);
  remarks.push(
    `${file.file.path} includes ${target}, which is not in the folder; the workspace must contain a notebook named ${name}.`,
  );
  return name;
}
