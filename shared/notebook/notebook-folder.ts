import { open, readdir, readFile, realpath, stat } from "node:fs/promises";
import path from "node:path";
import { detectFormat, headerBytes, type NotebookFormat, whyNotJupyter } from "./notebook-format.ts";

export interface NotebookFile {
  /** Slash-separated, relative to the folder. */
  path: string;
  /** Where it lies on this machine. */
  file: string;
  format: NotebookFormat;
  /** Bytes. */
  size: number;
  /** Hex SHA-256 of the bytes that were checked; undefined for a file of the sources, which nobody vouches for. */
  sha256?: string;
}

/** Never part of a notebook project: version control, caches and environments that tools leave beside the sources. */
const ignored = new Set([
  ".git",
  ".svn",
  ".hg",
  ".venv",
  "venv",
  "node_modules",
  "__pycache__",
  ".ipynb_checkpoints",
  ".pytest_cache",
  ".mypy_cache",
  ".ruff_cache",
  ".DS_Store",
]);

/**
 * All files below a folder, sorted by path, each with what it is to a workspace. Symbolic links are followed only where they stay in
 * the folder, so that a pull request cannot have a file of the agent uploaded. Fails with one sentence where the folder is none.
 */
export async function readNotebookFolder(folder: string): Promise<NotebookFile[]> {
  const info = await stat(folder).catch(() => undefined);
  if (!info?.isDirectory())
    throw new Error(
      `Looked for notebooks in ${folder}, which ${info ? "is not a folder" : "does not exist"}; set notebookFolder to the folder that holds them.`,
    );
  const root = await realpath(folder);
  const files: NotebookFile[] = [];
  await collect({ root, folder: root, prefix: "", files, above: new Set([root]) });
  return files.sort((a, b) => (a.path < b.path ? -1 : 1));
}

async function collect(walk: {
  root: string;
  folder: string;
  prefix: string;
  files: NotebookFile[];
  /** Real paths of the folders that this one lies in: a link back to one of them would never end. */
  above: ReadonlySet<string>;
}): Promise<void> {
  for (const entry of await readdir(walk.folder, { withFileTypes: true })) {
    if (ignored.has(entry.name)) continue;
    const file = await realpath(path.join(walk.folder, entry.name)).catch(() => undefined);
    if (!file?.startsWith(walk.root + path.sep)) continue;
    // A link to .git/config would have the credential of the checkout uploaded.
    const names = path.relative(walk.root, file).split(path.sep);
    if (names.some((name) => ignored.has(name))) continue;
    const info = await stat(file);
    const relative = walk.prefix + entry.name;
    if (info.isDirectory() && !walk.above.has(file))
      await collect({
        ...walk,
        folder: file,
        prefix: `${relative}/`,
        above: new Set([...walk.above, file]),
      });
    else if (info.isFile()) walk.files.push(await notebookFile({ path: relative, file, size: info.size }));
  }
}

/** Looks at the beginning of a file to say what it is to a workspace. */
async function notebookFile(found: Omit<NotebookFile, "format">): Promise<NotebookFile> {
  const handle = await open(found.file);
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(headerBytes), 0, headerBytes, 0);
    return { ...found, format: detectFormat(found.path, buffer.toString("utf8", 0, bytesRead)) };
  } finally {
    await handle.close();
  }
}

/** Why a notebook of the folder cannot be run, as the end of a sentence, or undefined. Reads Jupyter files whole. */
export async function whyUnreadable(notebook: NotebookFile): Promise<string | undefined> {
  return notebook.format.kind === "jupyter"
    ? whyNotJupyter(await readFile(notebook.file, "utf8"))
    : undefined;
}
