import { copyFile, mkdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { couldNot } from "../../../shared/text/could-not.ts";
import { type Repository, remoteOf } from "../run/repository.ts";
import { copyObjects } from "./copy-objects.ts";
import { plainGit, userGit } from "./git.ts";

/**
 * The state of a repository when the run began, in a bare repository of the run. It stands for the server: jobs check out from it, and a
 * step that pushes pushes to it.
 */
export interface Snapshot {
  /** The bare repository. */
  folder: string;
  /** `sha1` or `sha256` */
  objectFormat: string;
  commit: string;
  /** How many files are not committed yet; 0 if `commit` is the user's own. */
  uncommitted: number;
  /** The commits by their branch or tag, without `refs/heads/` and `refs/tags/`. */
  branches: Map<string, string>;
  tags: Map<string, string>;
  /** Commits whose parents the user's repository does not have, because it is a shallow clone. */
  shallow: string[];
  /** Where Git LFS keeps its files. */
  lfsFolders: string[];
  /** What could not be read. */
  problems: string[];
}

/** Takes the snapshot of a repository. Nothing in the repository is written: index and new objects are those of the snapshot. */
export async function takeSnapshot(repository: Repository, folder: string): Promise<Snapshot> {
  try {
    return repository.isGit ? await ofRepository(repository, folder) : await ofFolder(repository, folder);
  } catch (error) {
    throw new Error(
      couldNot(`read the sources in ${repository.root}`, (error as Error).message, "run git status there"),
      { cause: error },
    );
  }
}

async function ofRepository({ root, branch }: Repository, folder: string): Promise<Snapshot> {
  const parameters = ["rev-parse", "--git-common-dir", "--git-path", "index", "--git-path", "objects"];
  const [places, objectFormat, head] = await Promise.all([
    userGit(root, [...parameters, "--git-path", "shallow"]),
    userGit(root, ["rev-parse", "--show-object-format"]).then((text) => text.trim()),
    userGit(root, ["rev-parse", "--verify", "--quiet", "HEAD"]).then(
      (text) => text.trim(),
      () => undefined, // no commit yet
    ),
  ]);
  const [common = "", index = "", objects = "", shallowFile = ""] = places
    .trim()
    .split(/\r?\n/)
    .map((each) => path.resolve(root, each));
  await init(folder, objectFormat, ["--bare"]);
  // As an alternate, the user's objects would be touched: git sets the time of an object that it would otherwise write anew.
  for (const each of await withAlternates(objects)) await copyObjects(each, path.join(folder, "objects"));
  const shallow = await linesOf(shallowFile);
  if (shallow.length > 0) await writeFile(path.join(folder, "shallow"), `${shallow.join("\n")}\n`);
  const environment = {
    GIT_INDEX_FILE: path.join(folder, "index"),
    GIT_OBJECT_DIRECTORY: path.join(folder, "objects"),
  };
  // With the user's index, git reads only the files that have changed since.
  await copyFile(index, environment.GIT_INDEX_FILE).catch(() => {});
  const lfs = path.join(folder, "lfs");
  const problems = await userGit(root, ["-c", `lfs.storage=${lfs}`, "add", "--all", "--ignore-errors"], {
    environment,
  }).then(
    () => [],
    (error: Error) => [error.message],
  );
  const tree = (await userGit(root, ["write-tree"], { environment })).trim();
  const headTree = head && (await userGit(root, ["rev-parse", `${head}^{tree}`], { environment })).trim();
  const commit = tree === headTree ? head! : await commitTree(folder, tree, head);
  const { branches, tags } = await refsOf(root, folder, branch, commit);
  return {
    ...{ folder, objectFormat, commit, branches, tags, shallow, problems },
    uncommitted: commit === head ? 0 : await countChanges(folder, tree, headTree),
    lfsFolders: [path.join(common, "lfs"), lfs],
  };
}

/** A folder that is not a Git repository becomes one with one commit: in Azure DevOps, a pipeline's sources always are one. */
async function ofFolder({ root, branch }: Repository, folder: string): Promise<Snapshot> {
  await init(folder, "sha1", ["--bare"]);
  await mkdir(path.join(folder, "info"), { recursive: true });
  await writeFile(path.join(folder, "info", "exclude"), "node_modules\n.venv\n");
  const parameters = [`--git-dir=${folder}`, `--work-tree=${root}`, "-c", "core.bare=false"];
  await plainGit(root, [...parameters, "add", "--all"]);
  const tree = (await plainGit(root, [...parameters, "write-tree"])).trim();
  const commit = await commitTree(folder, tree, undefined);
  const branches = new Map([[branch.replace(/^refs\/heads\//, ""), commit]]);
  await writeRefs(folder, branches, new Map());
  return {
    ...{ folder, objectFormat: "sha1", commit, branches, tags: new Map<string, string>() },
    ...{ shallow: [], lfsFolders: [], problems: [] },
    uncommitted: await countChanges(folder, tree, undefined),
  };
}

/** Makes an empty repository, without the hooks of the user's template. */
export async function init(folder: string, objectFormat: string, more: string[] = []): Promise<void> {
  await mkdir(folder, { recursive: true });
  const format = objectFormat === "sha1" ? [] : [`--object-format=${objectFormat}`];
  await plainGit(folder, ["init", "--quiet", "--template=", ...format, ...more]);
  await mkdir(path.join(folder, ...(more.includes("--bare") ? [] : [".git"]), "objects", "info"), {
    recursive: true,
  });
}

/** Author and message are those of the last commit, because a pipeline can check them. */
async function commitTree(folder: string, tree: string, parent: string | undefined): Promise<string> {
  const log = parent && (await plainGit(folder, ["log", "-1", "--format=%an%n%ae%n%B", parent]));
  const [name = "notebook-ops", email = "notebook-ops@localhost", ...message] = log ? log.split("\n") : [];
  const environment = {
    ...{ GIT_AUTHOR_NAME: name, GIT_AUTHOR_EMAIL: email },
    ...{ GIT_COMMITTER_NAME: name, GIT_COMMITTER_EMAIL: email },
  };
  const input = message.join("\n").trim() || "Working tree";
  const parents = parent ? ["-p", parent] : [];
  const commit = await plainGit(folder, ["commit-tree", tree, ...parents], { environment, input });
  return commit.trim();
}

async function countChanges(folder: string, tree: string, before: string | undefined): Promise<number> {
  const names = before
    ? await plainGit(folder, ["diff-tree", "-r", "--no-renames", "--name-only", "-z", before, tree])
    : await plainGit(folder, ["ls-tree", "-r", "--name-only", "-z", tree]);
  return names.split("\0").length - 1;
}

/** The branches that the server has, as far as the user's repository knows, and the local ones as if they were pushed. */
async function refsOf(root: string, folder: string, branch: string, commit: string) {
  const remote = await remoteOf(root);
  const branches = new Map<string, string>();
  const tags = new Map<string, string>();
  const prefixes = [...(remote ? [`refs/remotes/${remote}/`] : []), "refs/heads/", "refs/tags/"];
  for (const prefix of prefixes) {
    const format = "--format=%(objectname) %(symref)%00%(refname)";
    for (const line of (await userGit(root, ["for-each-ref", format, prefix])).split(/\r?\n/)) {
      const [object = "", name] = line.split(" \0");
      if (name === undefined) continue; // the last line, or origin/HEAD, which is a link
      const target = prefix === "refs/tags/" ? tags : branches;
      const short = name.slice(prefix.length);
      if (!target.has(short)) target.set(short, object);
    }
  }
  branches.set(branch.replace(/^refs\/heads\//, ""), commit);
  await writeRefs(folder, branches, tags);
  return { branches, tags };
}

async function writeRefs(folder: string, branches: Map<string, string>, tags: Map<string, string>) {
  const lines = [
    ...[...branches].map(([name, object]) => `${object} refs/heads/${name}\n`),
    ...[...tags].map(([name, object]) => `${object} refs/tags/${name}\n`),
  ];
  await writeFile(path.join(folder, "packed-refs"), lines.join(""));
}

/** A folder with objects, and those from which it borrows. */
async function withAlternates(objects: string, known: string[] = []): Promise<string[]> {
  if (known.includes(objects)) return known;
  let all = [...known, objects];
  for (const line of await linesOf(path.join(objects, "info", "alternates")))
    if (!line.startsWith("#")) all = await withAlternates(path.resolve(objects, line), all);
  return all;
}

async function linesOf(file: string): Promise<string[]> {
  const text = await readFile(file, "utf8").catch(() => "");
  return text.split(/\r?\n/).filter((line) => line !== "");
}
