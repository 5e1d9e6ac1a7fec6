import {
  type Dirent,
  lstatSync,
  readdirSync,
  readFileSync,
  realpathSync,
  type Stats,
  statSync,
} from "node:fs";
import { join, relative, sep } from "node:path";
import ignore, { type Ignore } from "ignore";
import { ArtifactError } from "./artifact-error.ts";
import { byPath } from "./digest.ts";
import { manifestFileName } from "./manifest.ts";
import { findCollision, pathProblem, quotePath } from "./paths.ts";

export interface SelectedFile {
  /** From the folder, with `/`. */
  path: string;
  /** Where its content is, for reading. */
  source: string;
  size: number;
  mode: number;
  /** The entry is a symbolic link, or stands under one: its content belongs to another file of the folder. */
  linked: boolean;
}

export interface Selection {
  /** Sorted by the bytes of their paths. */
  files: SelectedFile[];
  /** What was left out though nobody asked for that: links that lead out of the folder or nowhere, sockets and the like. */
  leftOut: { path: string; reason: string }[];
}

const ignoreFile = ".artifactignore";

/**
 * Never part of an artifact, at any depth: version control, what tools leave behind, and the ignore files themselves (Microsoft's
 * ArtifactTool would drop `.gitignore` on upload, and the manifest would then list a file that is not there).
 */
const alwaysOut = new Set([
  ".git",
  ".gitignore",
  ignoreFile,
  ".hg",
  ".svn",
  ".venv",
  "node_modules",
  "__pycache__",
  ".ipynb_checkpoints",
  ".pytest_cache",
  ".mypy_cache",
  ".ruff_cache",
  ".databricks",
  ".DS_Store",
  "Thumbs.db",
]);
/** The folder in which pinning in place stages its files; a killed run may leave one. */
export const stagingPrefix = ".notebook-ops-pin-";

/**
 * The files of a notebook folder that belong to its artifact: all but version control, caches, what the folder's root
 * `.artifactignore` matches (gitignore's rules,
 * https://learn.microsoft.com/azure/devops/artifacts/reference/artifactignore), and symbolic links that leave the folder.
 * A link that stays inside counts as what it points to.
 *
 * Throws ArtifactError: `folder` where it cannot be read, `path` for a name that an artifact cannot hold.
 */
export function selectFiles(folder: string): Selection {
  const root = openFolder(folder);
  const selection: Selection = { files: [], leftOut: [] };
  walk({ root, ignored: readIgnoreFile(root), selection }, "", root, [root], false);
  refuseCollision(root, selection);
  selection.files.sort(byPath);
  return selection;
}

interface Walk {
  root: string;
  ignored: Ignore;
  selection: Selection;
}

function walk(context: Walk, prefix: string, directory: string, ancestors: string[], linked: boolean): void {
  for (const entry of readdirSync(directory, { withFileTypes: true })) {
    const path = prefix + entry.name;
    if (isAlwaysOut(entry.name) || path === manifestFileName) continue;
    const target = resolveEntry(context, path, join(directory, entry.name), entry);
    if (!target || context.ignored.ignores(target.stats.isDirectory() ? `${path}/` : path)) continue;
    const isLinked = linked || target.linked;
    if (target.stats.isDirectory()) {
      if (target.linked && ancestors.includes(target.source)) {
        context.selection.leftOut.push({ path, reason: "the link leads back to a folder that it stands in" });
      } else walk(context, `${path}/`, target.source, [...ancestors, target.source], isLinked);
      continue;
    }
    const problem = pathProblem(path);
    if (problem) {
      const message = `Cannot pack ${quotePath(path)} from ${context.root}: ${problem}, which an artifact's path cannot be; rename it or list it in ${ignoreFile}.`;
      throw new ArtifactError("path", message);
    }
    const { size, mode } = target.stats;
    context.selection.files.push({ path, source: target.source, size, mode: mode & 0o777, linked: isLinked });
  }
}

function refuseCollision(root: string, { files }: Selection): void {
  const [one, other] = findCollision(files.map(({ path }) => path)) ?? [];
  if (one === undefined || other === undefined) return;
  const message = `Cannot pack ${quotePath(one)} and ${quotePath(other)} from ${root}: they are one file on systems that ignore case or Unicode normalisation; rename one or list it in ${ignoreFile}.`;
  throw new ArtifactError("path", message);
}

interface Target {
  source: string;
  stats: Stats;
  linked: boolean;
}

function resolveEntry(
  { root, selection }: Walk,
  path: string,
  source: string,
  entry: Dirent,
): Target | undefined {
  const leaveOut = (reason: string): undefined => {
    selection.leftOut.push({ path, reason });
  };
  if (entry.isFile() || entry.isDirectory()) return { source, stats: lstatSync(source), linked: false };
  if (!entry.isSymbolicLink()) return leaveOut("it is neither a file nor a folder");
  let real: string;
  try {
    real = realpathSync(source);
  } catch {
    return leaveOut("the link leads nowhere");
  }
  const inside = relative(root, real);
  if (inside === ".." || inside.startsWith(`..${sep}`) || /^([A-Za-z]:|[\\/])/.test(inside)) {
    return leaveOut("the link leaves the folder");
  }
  if (inside.split(sep).some(isAlwaysOut)) return leaveOut("the link leads to what is never packed");
  const stats = statSync(real);
  if (!stats.isFile() && !stats.isDirectory())
    return leaveOut("the link leads to neither a file nor a folder");
  return { source: real, stats, linked: true };
}

function isAlwaysOut(name: string): boolean {
  return alwaysOut.has(name) || name.startsWith(stagingPrefix) || /\.py[co]$/.test(name);
}

function openFolder(folder: string): string {
  let found: string;
  try {
    if (statSync(folder).isDirectory()) return realpathSync(folder);
    found = "it is no folder";
  } catch (error) {
    found =
      (error as NodeJS.ErrnoException).code === "ENOENT" ? "it does not exist" : (error as Error).message;
  }
  throw new ArtifactError(
    "folder",
    `Cannot read the notebook folder ${folder}: ${found}; name a folder that holds notebooks.`,
  );
}

function readIgnoreFile(root: string): Ignore {
  const rules = ignore();
  try {
    rules.add(readFileSync(join(root, ignoreFile), "utf8").replace(/^\ufeff/, ""));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
  }
  return rules;
}
