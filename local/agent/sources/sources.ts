import { existsSync } from "node:fs";
import { cp } from "node:fs/promises";
import path from "node:path";
import type { Repository } from "../run/repository.ts";
import { checkOut, countFiles } from "./check-out.ts";
import { plainGit } from "./git.ts";
import { checkOutLfs } from "./lfs.ts";
import { type Snapshot, takeSnapshot } from "./snapshot.ts";
import { checkOutSubmodules } from "./submodules.ts";

/** The inputs of a checkout step. */
export interface CheckoutInputs {
  fetchDepth: number;
  fetchTags: boolean;
  persistCredentials: boolean;
  submodules: "none" | "direct" | "recursive";
  lfs: boolean;
}

/** The sources of a run. A pipeline works in copies of them, so that it cannot change the repository. */
export class Sources {
  /** The address that a checkout has for `origin`. */
  readonly url: string;
  readonly #repository: Repository;
  readonly #folder: string;
  #snapshot: Promise<Snapshot | undefined> | undefined;

  /** @param work the folder of the run, which ends with it; @param collection the address of the organisation, with a slash at its end */
  constructor(repository: Repository, work: string, collection = "https://localhost/") {
    this.#repository = repository;
    this.#folder = path.join(work, "origin.git");
    this.url = repository.remoteUrl ?? `${collection}local/_git/${encodeURIComponent(repository.name)}`;
  }

  /** Makes the commit of the run, before the first job that checks it out. */
  async start(): Promise<void> {
    const snapshot = await this.#take();
    if (snapshot) this.#repository.commit = snapshot.commit;
  }

  /** @returns what the log says */
  async checkOut(target: string, inputs: CheckoutInputs, sourceBranch: string): Promise<string[]> {
    const { root, name, remoteUrl } = this.#repository;
    const snapshot = await this.#take();
    if (!snapshot) {
      const skipped = new Set([".git", "node_modules", ".venv"]);
      await cp(root, target, { recursive: true, filter: (file) => !skipped.has(path.basename(file)) });
      return [`Copied ${name} to ${target}. It is not a Git repository, because Git is not installed.`];
    }
    const { fetchDepth, fetchTags } = inputs;
    const isReachable = inputs.persistCredentials || remoteUrl === undefined;
    const options = { fetchDepth, fetchTags, url: this.url, isReachable, sourceBranch };
    if (existsSync(path.join(target, ".git"))) {
      await plainGit(target, ["clean", "-ffdx", "--quiet"]);
      await plainGit(target, ["checkout", "--quiet", "--force", "--detach", snapshot.commit]);
    } else await checkOut(snapshot, target, options);
    if (inputs.lfs) await checkOutLfs(target, snapshot.lfsFolders);
    if (inputs.submodules !== "none") {
      const isRecursive = inputs.submodules === "recursive";
      await checkOutSubmodules({ root, target, folder: this.#folder, isRecursive, options });
    }
    return describe(this.#repository, snapshot, inputs, await countFiles(target));
  }

  /** Undefined without Git. */
  #take(): Promise<Snapshot | undefined> {
    this.#snapshot ??= takeSnapshot(this.#repository, this.#folder).catch(async (error: Error) => {
      if (await hasGit()) throw error;
      return undefined;
    });
    return this.#snapshot;
  }
}

function describe(
  { name, isGit, root }: Repository,
  { commit, uncommitted, problems, shallow }: Snapshot,
  { fetchDepth, fetchTags }: CheckoutInputs,
  files: number,
): string[] {
  const short = commit.slice(0, 10);
  const history =
    fetchDepth > 0 ? `the last ${fetchDepth === 1 ? "commit" : `${fetchDepth} commits`}` : "all history";
  const lines = [
    `Checked out ${name} at ${short} (${count(files, "file")}), with ${history} and ${fetchTags ? "all" : "no"} tags`,
  ];
  if (!isGit) lines.push(`${root} is not a Git repository: its files are one commit, in the copy only`);
  else if (uncommitted > 0)
    lines.push(
      `${count(uncommitted, "file")} that ${uncommitted === 1 ? "is" : "are"} not committed yet: committed as ${short} in the copy only`,
    );
  if (fetchDepth === 0 && shallow.length > 0)
    lines.push("##[warning]The repository is itself a shallow clone: history is missing that the server has");
  for (const problem of problems) lines.push(`##[warning]Not in the copy: ${problem}`);
  return lines;
}

function count(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? "" : "s"}`;
}

async function hasGit(): Promise<boolean> {
  return plainGit(".", ["--version"]).then(
    () => true,
    () => false,
  );
}
