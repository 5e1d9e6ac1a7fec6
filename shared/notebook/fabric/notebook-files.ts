import { open, readFile } from "node:fs/promises";
import { parseJson } from "../../text/parse-json.ts";
import type { NotebookFile } from "../notebook-folder.ts";
import { extensionOf, headerBytes, sourceHeader } from "../notebook-format.ts";
import { mayBeNotebook } from "../read-notebook.ts";

/** A file of a folder that can become a notebook item of Fabric. */
export interface FabricFile {
  form: "ipynb" | "fabric" | "databricks";
  file: NotebookFile;
  /** The path without extension; of an item in a folder that Fabric's Git integration wrote, that of the folder without `.Notebook`. */
  name: string;
  /** The paths by which a glob can choose it. */
  aliases: string[];
  /** The name by which other notebooks include it: that in `.platform`, or the last part of `name`. */
  displayName: string;
}

/** `etl.Notebook/notebook-content.py`. https://learn.microsoft.com/fabric/cicd/git-integration/source-code-format */
const gitItem = /^(?<folder>(?:.*\/)?(?<name>[^/]+)\.Notebook)\/notebook-content\.(?:py|sql|scala|r|ipynb)$/i;

/** The notebooks among the files of a folder, and the files that only look like one. */
export async function findNotebooks(
  files: readonly NotebookFile[],
): Promise<{ notebooks: FabricFile[]; others: NotebookFile[] }> {
  const notebooks: FabricFile[] = [];
  const others: NotebookFile[] = [];
  const platforms = new Map(files.map((file) => [file.path, file]));
  for (const file of files) {
    const form = await formOf(file);
    if (form === undefined) {
      if (mayBeNotebook(file.path)) others.push(file);
      continue;
    }
    const item = gitItem.exec(file.path)?.groups;
    const name = item
      ? item.folder!.slice(0, -".Notebook".length)
      : file.path.slice(0, -extensionOf(file.path).length);
    const named = item && (await platformName(platforms.get(`${item.folder}/.platform`)));
    notebooks.push({
      form,
      file,
      name,
      aliases: item ? [file.path, item.folder!] : [file.path],
      displayName: named ?? name.slice(name.lastIndexOf("/") + 1),
    });
  }
  return { notebooks, others };
}

async function formOf(file: NotebookFile): Promise<FabricFile["form"] | undefined> {
  if (file.format.kind === "jupyter") return "ipynb";
  if (file.format.kind === "source") return "databricks";
  if (!mayBeNotebook(file.path)) return undefined;
  return sourceHeader(file.path, await startOf(file))?.platform;
}

/** The first bytes of a file, which may be larger than memory. */
async function startOf({ file }: NotebookFile): Promise<string> {
  const handle = await open(file);
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(headerBytes), 0, headerBytes, 0);
    return buffer.toString("latin1", 0, bytesRead);
  } finally {
    await handle.close();
  }
}

/** The display name of an item, which may differ from its folder's after it was renamed. Undefined if the file does not tell. */
async function platformName(file: NotebookFile | undefined): Promise<string | undefined> {
  if (!file) return undefined;
  const platform = parseJson(await readFile(file.file, "utf8"), file.path) as
    | { metadata?: { displayName?: unknown } }
    | undefined;
  const name = platform?.metadata?.displayName;
  return typeof name === "string" && name !== "" ? name : undefined;
}
