import { execFile } from "node:child_process";
import { copyFile, cp, lstat, mkdir, readlink, symlink } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

/** The repository of a pipeline. */
export interface Repository {
  root: string;
  /** False if the folder is not in a Git repository; the folder is then the root. */
  isGit: boolean;
  name: string;
  /** `refs/heads/main` */
  branch: string;
  commit: string;
  author: string;
  message: string;
}

export async function findRepository(pipelineFile: string): Promise<Repository> {
  const folder = path.dirname(path.resolve(pipelineFile));
  const root = await git(folder, "rev-parse", "--show-toplevel");
  if (root === undefined)
    return {
      root: folder,
      isGit: false,
      name: path.basename(folder),
      branch: "refs/heads/main",
      commit: "",
      author: "",
      message: "",
    };
  const [branch, log] = await Promise.all([
    git(root, "symbolic-ref", "--quiet", "HEAD"),
    git(root, "log", "-1", "--format=%H%n%an%n%s"),
  ]);
  const [commit = "", author = "", message = ""] = (log ?? "").split("\n");
  return {
    root,
    isGit: true,
    name: path.basename(root),
    branch: branch ?? "refs/heads/main",
    commit,
    author,
    message,
  };
}

/**
 * Copies the files that Git tracks or does not ignore, with the changes that are not committed. A pipeline works in the copy, so that it
 * cannot change the repository, and does not see ignored files, which a fresh clone would not have.
 * @returns the number of files
 */
export async function copyWorkingTree(repository: Repository, target: string): Promise<number> {
  if (!repository.isGit) {
    const skipped = new Set([".git", "node_modules", ".venv"]);
    await cp(repository.root, target, {
      recursive: true,
      filter: (file) => !skipped.has(path.basename(file)),
    });
    return 1;
  }
  const listed = await git(repository.root, "ls-files", "--cached", "--others", "--exclude-standard", "-z");
  const files = [...new Set((listed ?? "").split("\0").filter((file) => file !== ""))];
  const folders = new Set(files.map((file) => path.dirname(path.join(target, file))));
  await mkdir(target, { recursive: true });
  await Promise.all([...folders].map((folder) => mkdir(folder, { recursive: true })));
  const queue = files.values();
  let copied = 0;
  const worker = async () => {
    for (const file of queue)
      if (await copyEntry(path.join(repository.root, file), path.join(target, file))) copied += 1;
  };
  await Promise.all(Array.from({ length: 16 }, worker));
  return copied;
}

async function copyEntry(from: string, to: string): Promise<boolean> {
  const found = await lstat(from).catch(() => undefined); // a deleted file whose deletion is not committed
  if (found?.isSymbolicLink()) await symlink(await readlink(from), to);
  else if (found?.isFile()) await copyFile(from, to);
  else return false; // a submodule, which the agent does not check out by default either
  return true;
}

async function git(folder: string, ...parameters: string[]): Promise<string | undefined> {
  try {
    const { stdout } = await run("git", parameters, { cwd: folder, maxBuffer: 256 * 1024 * 1024 });
    return parameters.includes("-z") ? stdout : stdout.trim();
  } catch {
    return undefined; // Git is not installed, or there is no repository or no commit
  }
}
