import { appendFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { linkObjects } from "./copy-objects.ts";
import { plainGit } from "./git.ts";
import { init, type Snapshot } from "./snapshot.ts";

export interface CheckoutOptions {
  /** 0: all history. */
  fetchDepth: number;
  fetchTags: boolean;
  /** The address of `origin`. */
  url: string;
  /** Whether `git fetch` and `git push` of a step reach the snapshot, as they reach the server with credentials. */
  isReachable: boolean;
  /** `refs/heads/main` or `refs/pull/1/merge` */
  sourceBranch: string;
}

/** Checks a snapshot out into a folder, as the agent does: a repository with a detached HEAD and the remote `origin`. */
export async function checkOut(snapshot: Snapshot, target: string, options: CheckoutOptions): Promise<void> {
  await init(target, snapshot.objectFormat);
  const git = path.join(target, ".git");
  // This takes less than a tenth of the time of `git fetch`.
  await linkObjects(path.join(snapshot.folder, "objects"), path.join(git, "objects"));
  const shallow = new Set(snapshot.shallow);
  const writeShallow = () =>
    writeFile(path.join(git, "shallow"), [...shallow].map((each) => `${each}\n`).join(""));
  if (shallow.size > 0) await writeShallow();
  const tags = options.fetchTags ? snapshot.tags : new Map<string, string>();
  await writeFile(path.join(git, "packed-refs"), refs(snapshot, tags, options).join(""));
  if (options.fetchDepth > 0) {
    for (const each of await boundary(target, [snapshot.commit, ...tags.values()], options.fetchDepth))
      shallow.add(each);
    if (shallow.size > 0) await writeShallow();
  }
  await appendFile(path.join(git, "config"), config(snapshot, options));
  await plainGit(target, ["checkout", "--quiet", "--force", "--detach", snapshot.commit]);
}

/** A shallow fetch is a fetch of one commit, which gets a name of its own (GitSourceProvider.cs of the agent, refFetchedByCommit). */
function refs({ commit, branches }: Snapshot, tags: Map<string, string>, options: CheckoutOptions): string[] {
  const isPullRequest = options.sourceBranch.startsWith("refs/pull/");
  const fetched: [string, string][] =
    options.fetchDepth > 0
      ? [[`origin/${commit}`, commit]]
      : [
          ...[...branches].map(([name, object]): [string, string] => [`origin/${name}`, object]),
          ...(isPullRequest
            ? [[options.sourceBranch.slice("refs/".length), commit] as [string, string]]
            : []),
        ];
  return [
    ...fetched.map(([name, object]) => `${object} refs/remotes/${name}\n`),
    ...[...tags].map(([name, object]) => `${object} refs/tags/${name}\n`),
  ];
}

/** The commits at which a fetch of this depth ends. */
async function boundary(target: string, tips: string[], depth: number): Promise<string[]> {
  const peeled = tips.map((tip) => `${tip}^{commit}\n`).join("");
  const found = await plainGit(target, ["cat-file", "--batch-check=%(objectname) %(objecttype)"], {
    input: peeled,
  });
  let level = found.split("\n").flatMap((line) => (line.endsWith(" commit") ? [line.split(" ")[0]!] : []));
  const seen = new Set(level);
  for (let distance = 1; distance < depth && level.length > 0; distance++) {
    const next = (await parentsOf(target, level)).flatMap(({ parents }) => parents);
    level = [...new Set(next)].filter((each) => !seen.has(each));
    for (const each of level) seen.add(each);
  }
  const ends = await parentsOf(target, level);
  return ends.flatMap(({ commit, parents }) => (parents.some((each) => !seen.has(each)) ? [commit] : []));
}

async function parentsOf(
  target: string,
  commits: string[],
): Promise<{ commit: string; parents: string[] }[]> {
  if (commits.length === 0) return [];
  const lines = await plainGit(target, ["rev-list", "--no-walk=unsorted", "--parents", "--stdin"], {
    input: `${commits.join("\n")}\n`,
  });
  return lines
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => line.split(" "))
    .map(([commit = "", ...parents]) => ({ commit, parents }));
}

function config({ folder }: Snapshot, { url, isReachable }: CheckoutOptions): string {
  const quoted = (text: string) => JSON.stringify(text.replaceAll("\\", "/"));
  // A push must never reach the server from a local run, not even with a key that the user's machine has.
  const [place, key] = isReachable
    ? [folder, "insteadOf"]
    : ["/set-persistCredentials-true-to-push", "pushInsteadOf"];
  return [
    '[remote "origin"]',
    `\turl = ${quoted(url)}`,
    "\tfetch = +refs/heads/*:refs/remotes/origin/*",
    "[gc]",
    "\tauto = 0",
    `[url ${quoted(place)}]`,
    `\t${key} = ${quoted(url)}`,
    "",
  ].join("\n");
}

/** The number of files in a checkout, for the log. */
export async function countFiles(target: string): Promise<number> {
  return (await plainGit(target, ["ls-files", "-z"])).split("\0").length - 1;
}
