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
import { couldNot } from "../../text/could-not.ts";
import { toolFiles } from "../tool-files.ts";
import { ArtifactError } from "./artifact-error.ts";
import { byPath } from "./digest.ts";
import { manifestFileName } from "./manifest.ts";
import { findCollision, pathProblem, quotePath } from "./paths.ts";

export interface SelectedFile {
  /** Slash-separated, relative to the folder. */
  path: string;
  /** The file to read, which a link may have led to. */
  source: string;
  size: number;
  mode: number;
  /** Whether it is reached by a symbolic link, so that its content is that of another file of the folder. */
  linked: boolean;
}

export interface Selection {
  /** Sorted by the bytes of their paths. */
  files: SelectedFile[];
  /** What cannot be packed and is not ignored either, such as links that point outside the folder, broken links and sockets. */
  leftOut: { path: string; reason: string }[];
}

const ignoreFile = ".artifactignore";

/**
 * Names that are never part of an artifact, at any depth. Microsoft's ArtifactTool does not upload `.gitignore`, so the manifest would
 * list a file that is not in the package.
 */
const neverPacked = new Set<string>([...toolFiles, ".gitignore", ignoreFile, ".databricks", "Thumbs.db"]);
/** Begins the name of the folder in which pinning in place stages its files; a killed run may leave one. */
export const stagingPrefix = ".notebook-ops-pin-";

/**
 * The files of a notebook folder that belong to its artifact: all but version control, caches, what the `.artifactignore` in the folder
 * matches (by the rules of gitignore, https://learn.microsoft.com/azure/devops/artifacts/reference/artifactignore), and symbolic links
 * that point outside the folder. A link within the folder counts as what it points to.
 *
 * Throws ArtifactError: `folder` if it cannot be read, `path` for a path that an artifact cannot have.
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
    if (isNeverPacked(entry.name) || path === manifestFileName) continue;
    const target = resolveEntry(context, path, join(directory, entry.name), entry);
    if (!target || context.ignored.ignores(target.stats.isDirectory() ? `${path}/` : path)) continue;
    const isLinked = linked || target.linked;
    if (target.stats.isDirectory()) {
      if (target.linked && ancestors.includes(target.source)) {
        context.selection.leftOut.push({ path, reason: "the link points to a folder that contains it" });
      } else walk(context, `${path}/`, target.source, [...ancestors, target.source], isLinked);
      continue;
    }
    const problem = pathProblem(path);
    if (problem) {
      const message = couldNot(
        `pack ${quotePath(path)} from ${context.root}`,
        `the path ${problem}`,
        `rename the file or list it in ${ignoreFile}`,
      );
      throw new ArtifactError("path", message);
    }
    const { size, mode } = target.stats;
    context.selection.files.push({ path, source: target.source, size, mode: mode & 0o777, linked: isLinked });
  }
}

function refuseCollision(root: string, { files }: Selection): void {
  const [one, other] = findCollision(files.map(({ path }) => path)) ?? [];
  if (one === undefined || other === undefined) return;
  const message = couldNot(
    `pack ${quotePath(one)} and ${quotePath(other)} from ${root}`,
    "they are one file on systems that ignore case or Unicode normalisation",
    `rename one or list it in ${ignoreFile}`,
  );
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
    return leaveOut("the link is broken");
  }
  const inside = relative(root, real);
  if (inside === ".." || inside.startsWith(`..${sep}`) || /^([A-Za-z]:|[\\/])/.test(inside)) {
    return leaveOut("the link points outside the folder");
  }
  if (inside.split(sep).some(isNeverPacked))
    return leaveOut("the link points to a file or folder that is never packed");
  const stats = statSync(real);
  if (!stats.isFile() && !stats.isDirectory())
    return leaveOut("the link points to neither a file nor a folder");
  return { source: real, stats, linked: true };
}

function isNeverPacked(name: string): boolean {
  return neverPacked.has(name) || name.startsWith(stagingPrefix) || /\.py[co]$/.test(name);
}

function openFolder(folder: string): string {
  let found: string;
  try {
    if (statSync(folder).isDirectory()) return realpathSync(folder);
    found = "it is not a folder";
  } catch (error) {
    found =
      (error as NodeJS.ErrnoException).code === "ENOENT" ? "it does not exist" : (error as Error).message;
  }
  const message = couldNot(
    `read the notebook folder ${folder}`,
    found,
    "give a folder that contains notebooks",
  );
  throw new ArtifactError("folder", message);
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
