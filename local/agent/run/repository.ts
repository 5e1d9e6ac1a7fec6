import path from "node:path";
import { couldNot } from "../../../shared/text/could-not.ts";
import { userGit } from "../sources/git.ts";

/** The repository of a pipeline. */
export interface Repository {
  root: string;
  /** False if the folder is not in a Git repository; the folder is then the root. */
  isGit: boolean;
  name: string;
  /** `refs/heads/main` */
  branch: string;
  /** What HEAD of a checkout is: the last commit, or the one that contains what is not committed yet. */
  commit: string;
  author: string;
  message: string;
  /** The address of its remote, without credentials. */
  remoteUrl: string | undefined;
}

/** The repository that contains a pipeline, else its folder. */
export async function findRepository(pipelineFile: string): Promise<Repository> {
  const folder = path.dirname(path.resolve(pipelineFile));
  const unknown = { branch: "refs/heads/main", commit: "", author: "", message: "", remoteUrl: undefined };
  return (
    (await findRepositoryAt(folder)) ?? {
      ...unknown,
      root: folder,
      isGit: false,
      name: path.basename(folder),
    }
  );
}

export async function findRepositoryAt(folder: string): Promise<Repository | undefined> {
  const root = await rootOf(folder);
  if (root === undefined) return undefined;
  const [branch, log, remoteUrl] = await Promise.all([
    tryGit(root, "symbolic-ref", "--quiet", "HEAD"),
    tryGit(root, "log", "-1", "--format=%H%n%an%n%s"),
    remoteUrlOf(root),
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
    remoteUrl,
  };
}

/** The name of the remote that stands for the server: that of the current branch, else `origin`, else the only one. */
export async function remoteOf(root: string): Promise<string | undefined> {
  const branch = await tryGit(root, "symbolic-ref", "--quiet", "--short", "HEAD");
  const ofBranch = branch && (await tryGit(root, "config", `branch.${branch}.remote`));
  const all = ((await tryGit(root, "remote")) ?? "").split("\n").filter((each) => each !== "");
  return [ofBranch, "origin", ...all].find((each) => each !== undefined && all.includes(each));
}

async function remoteUrlOf(root: string): Promise<string | undefined> {
  const remote = await remoteOf(root);
  const url = remote && (await tryGit(root, "config", `remote.${remote}.url`));
  return url ? url.replace(/^(https?:\/\/)[^/@]*@/i, "$1") : undefined;
}

async function rootOf(folder: string): Promise<string | undefined> {
  try {
    return (await userGit(folder, ["rev-parse", "--show-toplevel"])).trim();
  } catch (error) {
    const { message } = error as Error;
    if (/dubious ownership/.test(message))
      throw new Error(
        couldNot(
          `read the Git repository of ${folder}`,
          "it belongs to another user",
          `if you trust it, run git config --global --add safe.directory ${folder}`,
        ),
        { cause: error },
      );
    return undefined; // there is no repository, or Git is not installed
  }
}

async function tryGit(folder: string, ...parameters: string[]): Promise<string | undefined> {
  return userGit(folder, parameters).then(
    (text) => text.trim(),
    () => undefined,
  );
}
