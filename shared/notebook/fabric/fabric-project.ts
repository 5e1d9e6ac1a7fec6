import path from "node:path/posix";
import { couldNot } from "../../text/could-not.ts";
import { type NotebookFile, readNotebookFolder } from "../notebook-folder.ts";
import { extensionOf } from "../notebook-format.ts";
import { chooseNotebooks, selectPaths } from "../select-notebooks.ts";
import { codeCells } from "./code-cells.ts";
import { type FabricDefinition, includesOf } from "./definition.ts";
import { IncludedNames } from "./included-names.ts";
import { noHeaderLine, warnOfOthers } from "./looks-like-notebook.ts";
import { noCounterpart } from "./no-counterpart.ts";
import { type FabricFile, findNotebooks } from "./notebook-files.ts";
import { readDefinition } from "./read-definition.ts";

export interface FabricNotebook {
  /** The slash-separated path without extension, as reports show it. */
  name: string;
  /** The slash-separated path of the file, relative to the folder. */
  path: string;
  definition: FabricDefinition;
  /** The name after `%run` in this project's definitions, unless withItemNames gives the item another one. Unique in the project. */
  itemName: string;
  /** The item names of the project's notebooks that this one includes by `%run`. */
  includes: readonly string[];
  /** One sentence for each thing that has no counterpart in Fabric, with the file and the numbers of the cells. */
  remarks: readonly string[];
}

export interface FabricProject {
  folder: string;
  /** The notebooks to run. */
  notebooks: FabricNotebook[];
  /** Notebooks that those include, directly or not, and that are not run themselves. */
  included: FabricNotebook[];
  /** One for each file that looks like a notebook without being one. */
  warnings: string[];
}

/**
 * Reads a folder of notebooks for Fabric: `.ipynb` files, Fabric's source form, also in the folders `<name>.Notebook` of its Git integration, and
 * notebooks of Databricks, which are converted cell by cell. Reads everything before anything is created.
 * @param globs as in chooseNotebooks; an item of the Git integration is chosen by its folder or by its file
 */
export async function readFabricProject(folder: string, globs: readonly string[]): Promise<FabricProject> {
  const files = await readNotebookFolder(folder);
  const { notebooks: found, others } = await findNotebooks(files);
  if (found.length === 0)
    throw new Error(
      couldNot(
        `find a notebook in ${folder}`,
        files.length === 1
          ? "its only file is not a notebook"
          : `none of its ${files.length} files is a notebook`,
        'give a folder with .ipynb files, with folders "<name>.Notebook", or with .py, .sql, .scala or .r files that begin with the header line of Fabric or Databricks',
      ),
    );
  refuseSameName(found);
  refusePlainFile(folder, others, globs);
  const chosen = chooseFiles(folder, found, globs);
  const names = new IncludedNames(found);
  const around = {
    names: new Set(found.map(({ displayName }) => displayName)),
    paths: files.map((file) => file.path),
  };
  const read = async (file: FabricFile) => readFabricNotebook(file, names, around);
  const notebooks: FabricNotebook[] = [];
  for (const file of chosen) notebooks.push(await read(file));
  const included: FabricNotebook[] = [];
  const seen = new Set(notebooks.map(({ itemName }) => itemName));
  const toRead = notebooks.flatMap(({ includes }) => includes);
  for (const itemName of toRead) {
    if (seen.has(itemName)) continue;
    seen.add(itemName);
    const notebook = await read(names.fileOf(itemName)!);
    included.push(notebook);
    toRead.push(...notebook.includes);
  }
  return { folder, notebooks, included, warnings: await warnOfOthers(folder, others, globs) };
}

async function readFabricNotebook(
  file: FabricFile,
  names: IncludedNames,
  around: { names: ReadonlySet<string>; paths: readonly string[] },
): Promise<FabricNotebook> {
  const { definition, remarks } = await readDefinition(file, names);
  const surroundings = { notebooks: around.names, modules: modulesBeside(file.file.path, around.paths) };
  return {
    name: file.name,
    path: file.file.path,
    definition,
    itemName: names.itemNameOf(file),
    includes: includesOf(definition).filter((name) => names.fileOf(name) !== undefined),
    remarks: [...remarks, ...noCounterpart(file.file.path, codeCells(definition), surroundings)],
  };
}

/** The Python modules and packages in the folder of a file. */
function modulesBeside(file: string, paths: readonly string[]): Set<string> {
  const folder = path.dirname(file);
  const names = paths.flatMap((each) => {
    if (extensionOf(each) !== ".py" || each === file) return [];
    const relative =
      folder === "." ? each : each.startsWith(`${folder}/`) ? each.slice(folder.length + 1) : "";
    const parts = relative.split("/");
    if (parts.length === 1) return [path.basename(relative, ".py")];
    return parts.length === 2 && parts[1] === "__init__.py" ? [parts[0]!] : [];
  });
  return new Set(names);
}

function chooseFiles(folder: string, found: readonly FabricFile[], globs: readonly string[]): FabricFile[] {
  const attempt = `choose notebooks in ${folder}`;
  const aliases = found.flatMap((file) => file.aliases);
  chooseNotebooks(attempt, aliases, globs); // fails if a glob matches nothing
  const included = globs.filter((glob) => !glob.startsWith("!"));
  const excluded = globs.filter((glob) => glob.startsWith("!")).map((glob) => glob.slice(1));
  const chosen = found.filter(
    (file) =>
      selectPaths(file.aliases, included).length > 0 &&
      !(excluded.length > 0 && selectPaths(file.aliases, excluded).length > 0),
  );
  if (chosen.length > 0) return chosen;
  throw new Error(
    couldNot(attempt, `${globs.join(", ")} excludes every notebook`, "correct the input 'notebooks'"),
  );
}

function refusePlainFile(folder: string, others: readonly NotebookFile[], globs: readonly string[]): void {
  const plain = globs.find((glob) => others.some((file) => file.path === glob));
  if (plain === undefined) return;
  throw new Error(
    couldNot(
      `run ${plain} in ${folder} as a notebook`,
      noHeaderLine,
      "add that line, or export the notebook again",
    ),
  );
}

function refuseSameName(found: readonly FabricFile[]): void {
  const byName = new Map<string, string>();
  for (const { name, file } of found) {
    const other = byName.get(name);
    if (other !== undefined)
      throw new Error(
        couldNot(
          `read ${other} and ${file.path}`,
          `both are the notebook ${name}`,
          "rename or remove one of them",
        ),
      );
    byName.set(name, file.path);
  }
}
