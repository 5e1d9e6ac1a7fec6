import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { findRepository } from "../../local/agent/run/repository.ts";
import { type CheckoutInputs, Sources } from "../../local/agent/sources/sources.ts";
import { listingOf } from "../harness/listing.ts";

/** A repository of the user, and what a job finds of it. */
interface Case {
  /** Changes the repository `root`, which has one commit, with the tag v1. @returns the folder of the pipeline, if it is another one than `root` */
  change(root: string, folder: string): unknown;
  inputs?: Partial<CheckoutInputs>;
  /** The last line of the log, if there is more than one. */
  log?: RegExp;
  /** The files of the checkout. */
  files?: string[];
  check?(target: string, root: string): void;
}

const defaults: CheckoutInputs = {
  ...{ fetchDepth: 1, fetchTags: false, persistCredentials: false, submodules: "none", lfs: false },
};

function git(folder: string, ...parameters: string[]): string {
  const settings = ["user.name=Ada", "user.email=ada@example.org", "protocol.file.allow=always"];
  const all = [...settings.flatMap((each) => ["-c", each]), ...parameters];
  const environment = { ...process.env, GIT_CONFIG_GLOBAL: "/dev/null" };
  return execFileSync("git", all, { cwd: folder, env: environment, stdio: "pipe" }).toString().trim();
}

function write(folder: string, files: Record<string, string>): void {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    writeFileSync(path.join(folder, name), text);
  }
}

function commit(folder: string, message = "Next"): void {
  git(folder, "add", "--all");
  git(folder, "commit", "--quiet", "--allow-empty", "--message", message);
}

const pointer = `version https://git-lfs.github.com/spec/v1\noid sha256:${"a".repeat(64)}\nsize 3\n`;

const cases: Record<string, Case> = {
  "is at the user's commit if there are no changes": {
    change: () => {},
    check: (target, root) => assert.equal(git(target, "rev-parse", "HEAD"), git(root, "rev-parse", "HEAD")),
  },
  "has one commit more for files that are not committed yet, with the message of the last one": {
    change(root) {
      write(root, { "staged.txt": "1", "new.txt": "2", "a.txt": "changed", "build/ignored.txt": "3" });
      git(root, "add", "staged.txt");
      rmSync(path.join(root, "b.txt"));
    },
    inputs: { fetchDepth: 0, fetchTags: true },
    log: /^4 files that are not committed yet: committed as [0-9a-f]{10} in the copy only$/,
    files: [".gitignore", "a.txt", "new.txt", "staged.txt"],
    check(target, root) {
      assert.equal(git(target, "log", "--format=%s %an"), "First Ada\nFirst Ada");
      assert.equal(git(target, "rev-parse", "HEAD~1"), git(root, "rev-parse", "HEAD"));
      assert.match(git(target, "describe", "--tags"), /^v1-1-g[0-9a-f]+$/);
    },
  },
  // https://learn.microsoft.com/azure/devops/pipelines/yaml-schema/steps-checkout#remarks
  "has one commit and no tags by default, as in a new pipeline": {
    change: (root) => commit(root),
    check(target) {
      assert.equal(git(target, "rev-list", "--count", "--all"), "1");
      assert.equal(git(target, "rev-parse", "--is-shallow-repository"), "true");
      assert.equal(git(target, "tag"), "");
      assert.equal(git(target, "branch", "--all", "--format=%(refname)").split("\n").length, 2); // as fetched by commit
      git(target, "fsck", "--connectivity-only");
    },
  },
  "has as many commits as fetchDepth says, and from each tag": {
    change(root) {
      for (const name of ["2", "3", "4", "5"]) commit(root, name);
      git(root, "branch", "other");
    },
    inputs: { fetchDepth: 2, fetchTags: true },
    check(target) {
      assert.equal(git(target, "log", "--format=%s"), "5\n4");
      assert.equal(git(target, "tag"), "v1");
      assert.equal(git(target, "log", "--format=%s", "v1"), "First");
    },
  },
  "has the branches of the server and those that are not pushed yet, with fetchDepth 0": {
    change(root, folder) {
      git(root, "branch", "on-server");
      const clone = path.join(folder, "clone");
      git(folder, "clone", "--quiet", root, clone);
      git(clone, "checkout", "--quiet", "-b", "topic/x");
      commit(clone, "Topic");
      git(clone, "config", "remote.origin.url", "https://ada:secret@example.org/weather");
      return clone;
    },
    inputs: { fetchDepth: 0 },
    check(target) {
      const names = git(target, "for-each-ref", "--format=%(refname:short)").split("\n");
      assert.deepEqual(names, ["origin/main", "origin/on-server", "origin/topic/x"]);
      assert.equal(git(target, "diff", "--stat", "origin/main...HEAD"), "");
      assert.equal(git(target, "config", "remote.origin.url"), "https://example.org/weather");
      assert.doesNotMatch(readFileSync(path.join(target, ".git", "config"), "utf8"), /secret/);
      assert.throws(() => git(target, "push", "origin", "HEAD:main"), /set-persistCredentials-true-to-push/);
    },
  },
  "can fetch from and push to a copy of the server with persistCredentials": {
    change(root) {
      git(root, "remote", "add", "origin", "https://example.org/weather");
      commit(root);
    },
    inputs: { persistCredentials: true },
    check(target, root) {
      git(target, "fetch", "--quiet", "--unshallow", "--tags");
      assert.equal(git(target, "rev-list", "--count", "HEAD"), "2");
      commit(target, "Bot");
      git(target, "push", "--quiet", "origin", "HEAD:refs/heads/bot");
      assert.equal(git(root, "branch", "--list", "bot"), "");
    },
  },
  "of a linked worktree": {
    change(root, folder) {
      git(root, "worktree", "add", "--quiet", "-b", "side", path.join(folder, "side"));
      write(path.join(folder, "side"), { "side.txt": "1" });
      return path.join(folder, "side");
    },
    log: /^1 file that is not committed yet/,
    files: [".gitignore", "a.txt", "b.txt", "side.txt"],
  },
  "of a repository without a commit": {
    change(root) {
      rmSync(path.join(root, ".git"), { recursive: true });
      git(root, "init", "--quiet", "--initial-branch=main");
    },
    log: /^3 files that are not committed yet/,
    check: (target) => assert.equal(git(target, "rev-list", "--count", "HEAD"), "1"),
  },
  "of a folder that is not a Git repository, as one commit": {
    change(root) {
      rmSync(path.join(root, ".git"), { recursive: true });
      write(root, { "node_modules/x/index.js": "", ".venv/pyvenv.cfg": "" });
    },
    log: /is not a Git repository: its files are one commit, in the copy only$/,
  },
  "of a detached HEAD": {
    change(root) {
      git(root, "checkout", "--quiet", "--detach");
      write(root, { "a.txt": "changed" });
    },
    log: /^1 file that is not committed yet/,
  },
  "of a shallow clone, which it says if all history is asked for": {
    change(root, folder) {
      commit(root);
      git(folder, "clone", "--quiet", "--depth=1", `file://${root}`, "clone");
      return path.join(folder, "clone");
    },
    inputs: { fetchDepth: 0 },
    log: /shallow clone: history is missing/,
    check: (target) => assert.equal(git(target, "rev-list", "--count", "HEAD"), "1"),
  },
  "of a clone that borrows its objects from another": {
    change(root, folder) {
      git(folder, "clone", "--quiet", "--shared", root, "clone");
      return path.join(folder, "clone");
    },
    check(target, root) {
      renameSync(root, `${root}-gone`);
      git(target, "fsck", "--strict");
      renameSync(`${root}-gone`, root);
    },
  },
  "keeps modes and links": {
    change(root) {
      write(root, { "run.sh": "exit" });
      chmodSync(path.join(root, "run.sh"), 0o755);
      symlinkSync("a.txt", path.join(root, "link"));
    },
    log: /^2 files that are not committed yet/,
    files: [".gitignore", "a.txt", "b.txt", "link", "run.sh"],
    check(target) {
      assert.equal(lstatSync(path.join(target, "run.sh")).mode & 0o111, 0o111);
      assert.equal(readlinkSync(path.join(target, "link")), "a.txt");
    },
  },
  "has the line ends of the commit, also if the user's Git converts them": {
    change(root) {
      git(root, "config", "core.autocrlf", "true");
      write(root, { "a.txt": "a\r\n", "windows.txt": "w\r\n" });
    },
    log: /^1 file that is not committed yet/,
    check: (target) => assert.equal(readFileSync(path.join(target, "windows.txt"), "utf8"), "w\n"),
    files: [".gitignore", "a.txt", "b.txt", "windows.txt"],
  },
  "has the pointers of Git LFS, and the user's filter writes nothing": {
    change(root) {
      write(root, { ".gitattributes": "*.bin filter=lfs -text\n", "x.bin": pointer });
      commit(root);
      // What `git lfs` does: the pointer becomes the content in the working tree, and the content the pointer in the commit.
      git(root, "config", "filter.lfs.clean", `printf '${pointer.replaceAll("\n", "\\n")}'`);
      git(root, "config", "filter.lfs.required", "true");
      write(root, { "x.bin": "abc" });
    },
    check: (target) => assert.equal(readFileSync(path.join(target, "x.bin"), "utf8"), pointer),
    files: [".gitattributes", ".gitignore", "a.txt", "b.txt", "x.bin"],
  },
  "has submodules of submodules if it is asked for them": {
    change(root, folder) {
      for (const [outer, inner] of [["middle", "leaf"]] as const) {
        for (const name of [outer, inner]) {
          mkdirSync(path.join(folder, name));
          git(path.join(folder, name), "init", "--quiet", "--initial-branch=main");
          write(path.join(folder, name), { [`${name}.txt`]: name });
          commit(path.join(folder, name));
        }
        git(path.join(folder, outer), "submodule", "--quiet", "add", path.join(folder, inner), inner);
        commit(path.join(folder, outer));
      }
      git(root, "submodule", "--quiet", "add", path.join(folder, "middle"), "lib/middle");
      git(root, "submodule", "--quiet", "update", "--init", "--recursive");
      commit(root);
    },
    inputs: { submodules: "recursive" },
    files: [".gitignore", ".gitmodules", "a.txt", "b.txt", "lib/middle"],
    check(target) {
      assert.equal(readFileSync(path.join(target, "lib/middle/leaf/leaf.txt"), "utf8"), "leaf");
      assert.match(
        git(target, "submodule", "status", "--recursive"),
        /^[0-9a-f]+ lib\/middle .*\n [0-9a-f]+ lib\/middle\/leaf/,
      );
    },
  },
  "runs no hook of the user": {
    change(root, folder) {
      for (const hook of ["post-index-change", "post-checkout", "reference-transaction"])
        writeFileSync(path.join(root, ".git", "hooks", hook), `#!/bin/sh\ntouch ${folder}/hook-ran\n`, {
          mode: 0o755,
        });
      write(root, { "a.txt": "changed" });
    },
    log: /^1 file that is not committed yet/,
    check: (_, root) => assert.equal(existsSync(path.join(root, "..", "hook-ran")), false),
  },
};

describe("checkout", () => {
  let folder: string;
  let template: string;
  before(() => {
    template = mkdtempSync(path.join(tmpdir(), "notebook-ops-test-"));
    git(template, "init", "--quiet", "--initial-branch=main", "root");
    write(path.join(template, "root"), { "a.txt": "a\n", "b.txt": "b\n", ".gitignore": "build/\n" });
    commit(path.join(template, "root"), "First");
    git(path.join(template, "root"), "tag", "v1");
  });
  after(() => rmSync(template, { recursive: true, force: true }));
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), "notebook-ops-test-"));
    execFileSync("cp", ["-R", path.join(template, "root"), folder]);
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  for (const [title, { change, inputs, log, files, check }] of Object.entries(cases))
    it(`a checkout ${title}`, async () => {
      const root = path.join(folder, "root");
      const changed = change(root, folder);
      const sources = typeof changed === "string" ? changed : root;
      const work = path.join(folder, "work");
      const target = path.join(work, "1", "s");
      const before = listingOf(folder);
      const repository = await findRepository(path.join(sources, "azure-pipelines.yml"));
      const checkedOut = new Sources(repository, work);
      await checkedOut.start();
      const lines = await checkedOut.checkOut(target, { ...defaults, ...inputs }, repository.branch);
      const after = Object.fromEntries(
        Object.entries(listingOf(folder)).filter(([name]) => !/^work/.test(name)),
      );
      assert.deepEqual(after, before, "the user's repository has changed");
      assert.equal(git(target, "rev-parse", "HEAD"), repository.commit);
      assert.equal(git(target, "status", "--porcelain"), "");
      assert.throws(() => git(target, "symbolic-ref", "HEAD"), "HEAD is detached");
      assert.deepEqual(git(target, "ls-files").split("\n"), files ?? [".gitignore", "a.txt", "b.txt"]);
      assert.match(lines[0]!, /^Checked out (root|clone|side) at [0-9a-f]{10} \(\d files\), with /);
      if (log) assert.match(lines.at(-1)!, log);
      else assert.equal(lines.length, 1, lines.join("\n"));
      check?.(target, root);
    });
});
