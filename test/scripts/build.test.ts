import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { appendFileSync, readFileSync, rmSync, unlinkSync, utimesSync, writeFileSync } from "node:fs";
import { cp, mkdtemp, readdir, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";

const root = path.join(import.meta.dirname, "../..");
const run = promisify(execFile);

interface BuildModule {
  buildInputs(root: string): string[];
  buildIsFresh(root: string): boolean;
  buildAll(root: string, tell: (line: string) => void): Promise<void>;
}

describe("the build", function () {
  this.timeout(120_000);
  let copies: string;
  let whole: string;
  let inputsOnly: string;
  let scripts: BuildModule;

  before(async () => {
    scripts = (await import(path.join(root, "scripts/setup/build.mjs"))) as BuildModule;
    copies = await mkdtemp(path.join(tmpdir(), "notebook-ops-build-"));
    const { stdout } = await run("git", ["ls-files", "-z", "--cached", "--others", "--exclude-standard"], {
      cwd: root,
      maxBuffer: 16 * 1024 * 1024,
    });
    const all = stdout.split("\0").filter((name) => name && !installed.includes(name));
    whole = await copyOf("whole", all);
    inputsOnly = await copyOf(
      "inputs",
      scripts.buildInputs(root).map((file) => path.relative(root, file)),
    );
  });
  after(() => rm(copies, { recursive: true, force: true }));

  async function copyOf(name: string, files: readonly string[]): Promise<string> {
    const copy = path.join(copies, name);
    for (const file of files.filter(isNeeded))
      await cp(path.join(root, file), path.join(copy, file)).catch(ignoreDeleted);
    await symlink(path.join(root, "node_modules"), path.join(copy, "node_modules"));
    await scripts.buildAll(copy, () => {});
    return copy;
  }

  it("the build reads nothing but the files that decide whether it runs again", async () => {
    const built = await filesOf(path.join(inputsOnly, "dist"));
    assert.ok(built.has("cli/notebook-ops.mjs") && built.has("extension/results-tab/results-tab.css"));
    const expected = await filesOf(path.join(whole, "dist"));
    assert.deepEqual([...built.keys()], [...expected.keys()]);
    for (const [file, content] of built) assert.ok(content.equals(expected.get(file)!), `${file} differs`);
  });

  it("the build does not run again if nothing changed, nor if a file was only touched", () => {
    assert.ok(scripts.buildIsFresh(inputsOnly));
    utimesSync(path.join(inputsOnly, "package.json"), new Date(), new Date());
    assert.ok(scripts.buildIsFresh(inputsOnly));
  });

  const changed = [
    "scripts/build.mjs",
    "scripts/build/task.mjs",
    "scripts/build/results-tab.mjs",
    "scripts/build/absent-forms.mjs",
    "results-tab/index.html",
    "results-tab/page/page.css",
    "results-tab/page/app.tsx",
    "results-tab/tsconfig.json",
    "local/cli/main.ts",
    "tasks/KeyVaultFetchSecrets/task.json",
    "tasks/KeyVaultFetchSecrets/icon.png",
    "tasks/KeyVaultFetchSecrets/run.ts",
    "package.json",
    "package-lock.json",
    "tsconfig.json",
    "vss-extension.json",
  ];
  for (const name of changed)
    it(`the build runs again if ${name} changed`, () => {
      const file = path.join(inputsOnly, name);
      const before = readFileSync(file);
      appendFileSync(file, "\n");
      assert.ok(!scripts.buildIsFresh(inputsOnly));
      writeFileSync(file, before);
      assert.ok(scripts.buildIsFresh(inputsOnly));
    });

  it("the build runs again if a file in shared changed", () => {
    const file = scripts.buildInputs(inputsOnly).find((name) => /\/shared\/.*\.ts$/.test(name))!;
    appendFileSync(file, "\n");
    assert.ok(!scripts.buildIsFresh(inputsOnly));
    writeFileSync(file, readFileSync(file, "utf8").slice(0, -1));
    assert.ok(scripts.buildIsFresh(inputsOnly));
  });

  it("the build runs again if a file was added or deleted", () => {
    const added = path.join(inputsOnly, "results-tab/page/new.css");
    writeFileSync(added, "");
    assert.ok(!scripts.buildIsFresh(inputsOnly));
    unlinkSync(added);
    assert.ok(scripts.buildIsFresh(inputsOnly));
  });

  it("the build runs again if what it made is gone", async () => {
    rmSync(path.join(inputsOnly, "dist/cli"), { recursive: true });
    assert.ok(!scripts.buildIsFresh(inputsOnly));
    await scripts.buildAll(inputsOnly, () => {});
    assert.ok(scripts.buildIsFresh(inputsOnly));
  });

  it("the build gives what a changed bundler and a changed tab make to whoever starts it next", async () => {
    const bundler = path.join(inputsOnly, "scripts/build/task.mjs");
    writeFileSync(
      bundler,
      readFileSync(bundler, "utf8").replace("'\"use strict\";'", "'\"use strict\"; // new'"),
    );
    appendFileSync(path.join(inputsOnly, "results-tab/page/page.css"), ".a-new-rule { color: red }\n");
    await scripts.buildAll(inputsOnly, () => {});
    const dist = (file: string) => readFileSync(path.join(inputsOnly, "dist/extension", file), "utf8");
    assert.match(dist("tasks/KeyVaultFetchSecrets/main.js"), /^"use strict"; \/\/ new\n/);
    assert.match(dist("results-tab/results-tab.css"), /\.a-new-rule/);
    assert.ok(scripts.buildIsFresh(inputsOnly));
  });

  it("the build is not current after it failed, not even if the mistake is taken back", async () => {
    const file = path.join(inputsOnly, "vss-extension.json");
    const before = readFileSync(file);
    unlinkSync(file);
    await assert.rejects(
      scripts.buildAll(inputsOnly, () => {}),
      /^Error: Could not build dist\/: /,
    );
    writeFileSync(file, before);
    assert.ok(!scripts.buildIsFresh(inputsOnly));
  });
});

/** Of the tasks, one of the smallest and one with a file beside its bundle: each takes its time to build. */
const builtTasks = /^tasks\/(KeyVaultFetchSecrets|FabricRunSparkTests)\//;
const isNeeded = (file: string) => !file.startsWith("tasks/") || builtTasks.test(file);

/** What an installation made, which a copy of the repository may share. */
const installed = ["node_modules", ".venv", ".setup"];

async function filesOf(folder: string): Promise<Map<string, Buffer>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile() && entry.name !== ".stamp");
  const paths = files.map((entry) => path.join(entry.parentPath, entry.name)).sort();
  return new Map(paths.map((file) => [path.relative(folder, file), readFileSync(file)]));
}

/** A file that was deleted and not yet committed as such. */
function ignoreDeleted(error: NodeJS.ErrnoException): void {
  if (error.code !== "ENOENT") throw error;
}
