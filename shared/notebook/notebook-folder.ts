import { open, readdir, readFile, realpath, stat } from "node:fs/promises";
import path from "node:path";
import { couldNot } from "../text/could-not.ts";
import { detectFormat, headerBytes, type NotebookFormat, whyNotJupyter } from "./notebook-format.ts";
import { toolFiles } from "./tool-files.ts";

export interface NotebookFile {
  /** Slash-separated, relative to the folder. */
  path: string;
  /** The path on this machine. */
  file: string;
  format: NotebookFormat;
  /** Bytes. */
  size: number;
  /** Hex SHA-256 of the bytes, for a file of an artifact that was verified. */
  sha256?: string;
}

const ignored = new Set<string>([...toolFiles, "venv"]);

/**
 * All files below a folder, sorted by path. Symbolic links are followed only within the folder, so that a pull request cannot make a step
 * upload a file of the agent.
 */
export async function readNotebookFolder(folder: string): Promise<NotebookFile[]> {
  const info = await stat(folder).catch(() => undefined);
  if (!info?.isDirectory())
    throw new Error(
      couldNot(
        `read the notebook folder ${folder}`,
        info ? "it is not a folder" : "it does not exist",
        "set notebookFolder to the folder that contains the notebooks",
      ),
    );
  const root = await realpath(folder);
  const files: NotebookFile[] = [];
  await collect({ root, folder: root, prefix: "", files, ancestors: new Set([root]) });
  return files.sort((a, b) => (a.path < b.path ? -1 : 1));
}

async function collect(walk: {
  root: string;
  folder: string;
  prefix: string;
  files: NotebookFile[];
  /** Real paths of this folder and those that contain it: following a link to one of them would never end. */
  ancestors: ReadonlySet<string>;
}): Promise<void> {
  for (const entry of await readdir(walk.folder, { withFileTypes: true })) {
    if (ignored.has(entry.name)) continue;
    const file = await realpath(path.join(walk.folder, entry.name)).catch(() => undefined);
    if (!file?.startsWith(walk.root + path.sep)) continue;
    // A link to .git/config would upload the credential of the checkout.
    const names = path.relative(walk.root, file).split(path.sep);
    if (names.some((name) => ignored.has(name))) continue;
    const info = await stat(file);
    const relative = walk.prefix + entry.name;
    if (info.isDirectory() && !walk.ancestors.has(file))
      await collect({
        ...walk,
        folder: file,
        prefix: `${relative}/`,
        ancestors: new Set([...walk.ancestors, file]),
      });
    else if (info.isFile()) walk.files.push(await notebookFile({ path: relative, file, size: info.size }));
  }
}

/** Adds the format, which the first bytes of the file tell. */
async function notebookFile(found: Omit<NotebookFile, "format">): Promise<NotebookFile> {
  const handle = await open(found.file);
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(headerBytes), 0, headerBytes, 0);
    return { ...found, format: detectFormat(found.path, buffer.toString("utf8", 0, bytesRead)) };
  } finally {
    await handle.close();
  }
}

/** Why a notebook of the folder cannot be run, as the end of a sentence; undefined if it can. */
export async function whyUnreadable(notebook: NotebookFile): Promise<string | undefined> {
  return notebook.format.kind === "jupyter"
    ? whyNotJupyter(await readFile(notebook.file, "utf8"))
    : undefined;
}
