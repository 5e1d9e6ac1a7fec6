import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { readVersionSpec } from "../../local/agent/python/version-spec.ts";
import { runFixture } from "./run-fixture.ts";

describe("UsePythonVersion", () => {
  for (const [spec, yes, no] of [
    ["3.x", "3.11.4", "2.7.18"],
    [">=3.10", "3.13.0", "3.9.19"],
    ["3.11", "3.11.9", "3.12.0"],
    [">=3.10 <3.13", "3.12.1", "3.13.0"],
    ["3.10 || 3.12", "3.12.3", "3.11.0"],
    ["~=3.10", "3.10.2", "4.0.0"],
    [">= 3.10", "3.10.0", "3.9.0"],
    ["3.12.1", "3.12.1", "3.12.2"],
  ] as const)
    it(`accepts Python ${yes}, but not ${no}, for versionSpec ${spec}`, () => {
      const suits = readVersionSpec(spec);
      assert.equal(suits(yes), true);
      assert.equal(suits(no), false);
    });

  it("refuses a versionSpec that is not a version", () =>
    assert.throws(() => readVersionSpec("latest"), /"latest"/));

  for (const [addToPath, place] of [
    ["true", "first"],
    ["False", "elsewhere"],
  ] as const)
    it(`puts the Python that it found ${place} in the PATH if addToPath is ${addToPath}`, async () => {
      const folder = mkdtempSync(path.join(tmpdir(), "notebook-ops-test-"));
      try {
        const file = path.join(folder, "pipeline.yml");
        const script = `case "$PATH" in "$(py.pythonLocation)/bin:$(py.pythonLocation)":*) echo it is first;; *) echo it is elsewhere;; esac`;
        writeFileSync(
          file,
          `steps:\n  - checkout: none\n  - task: UsePythonVersion@0\n    name: py\n    inputs: { versionSpec: '3.x', addToPath: ${addToPath} }\n  - script: |\n      ${script}\n`,
        );
        const { text } = await runFixture(file);
        assert.match(text, new RegExp(`^ {3}it is ${place}$`, "m"));
      } finally {
        rmSync(folder, { recursive: true, force: true });
      }
    });

  it("makes the Python that it found callable as python", async () => {
    const folder = mkdtempSync(path.join(tmpdir(), "notebook-ops-test-"));
    try {
      const file = path.join(folder, "pipeline.yml");
      const script = "python -c 'import sys; print(sys.version_info.major, sys.version_info.minor >= 10)'";
      writeFileSync(
        file,
        `steps:\n  - checkout: none\n  - task: UsePythonVersion@0\n    inputs: { versionSpec: '>=3.10' }\n  - script: ${script}\n`,
      );
      let log = "";
      const { text } = await runFixture(file, { onText: (all) => (log = all) });
      assert.match(log, /^ {3}Using Python 3\.\d+\.\d+ of .+, in a throw-away environment/m);
      assert.match(text, /^ {3}3 True$/m);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});

describe("checkout", () => {
  it("copies the working tree with uncommitted files and without ignored ones, and a step cannot change the original", async () => {
    const folder = mkdtempSync(path.join(tmpdir(), "notebook-ops-test-"));
    const git = (...given: string[]) =>
      execFileSync("git", ["-c", "user.name=a", "-c", "user.email=a@b", ...given], { cwd: folder });
    try {
      git("init", "--quiet", "--initial-branch=topic/x");
      writeFileSync(path.join(folder, "tracked"), "old");
      writeFileSync(path.join(folder, ".gitignore"), "ignored\n");
      git("add", ".");
      git("commit", "--quiet", "--message", "First");
      writeFileSync(path.join(folder, "tracked"), "changed");
      writeFileSync(path.join(folder, "untracked"), "new");
      writeFileSync(path.join(folder, "ignored"), "no");
      const yaml =
        "steps:\n  - script: ls -A; cat tracked; echo; echo $(Build.SourceBranch) $(Build.SourceVersionMessage); git diff --exit-code $(Build.SourceVersion) && touch soiled\n";
      writeFileSync(path.join(folder, "pipeline.yml"), yaml);
      const { text } = await runFixture(path.join(folder, "pipeline.yml"));
      assert.match(
        text,
        / {3}\.git\n {3}\.gitignore\n {3}pipeline\.yml\n {3}tracked\n {3}untracked\n {3}changed\n {3}refs\/heads\/topic\/x First\n/,
      );
      assert.equal(git("status", "--short").toString().includes("soiled"), false);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
