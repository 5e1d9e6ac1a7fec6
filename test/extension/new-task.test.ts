import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";

const root = path.join(import.meta.dirname, "../..");
const run = promisify(execFile);
/** Folders that the set-up made, which a copy of the repository can use as well. */
const installed = ["node_modules", ".venv", ".setup"];

describe("new tasks", function () {
  this.timeout(300_000);

  it("a new task needs no more than its folder below tasks/: the rest is generated, npm run check passes and the VSIX contains it", async () => {
    const copy = await mkdtemp(path.join(tmpdir(), "notebook-ops-new-task-"));
    try {
      const { stdout } = await run("git", ["ls-files", "-z", "--cached", "--others", "--exclude-standard"], {
        cwd: root,
        maxBuffer: 16 * 1024 * 1024,
      });
      for (const file of stdout.split("\0").filter((name) => name && !installed.includes(name)))
        await cp(path.join(root, file), path.join(copy, file)).catch(ignoreDeleted);
      for (const folder of installed) await symlink(path.join(root, folder), path.join(copy, folder));
      await copyTask(copy, "DatabricksRunNotebook", "DatabricksRunJob");

      const node = (...args: string[]) => run(process.execPath, args, { cwd: copy });
      await node("scripts/generate.mjs");
      await node("scripts/check.mjs").catch(({ stdout, stderr }) => assert.fail(`${stdout}${stderr}`));
      await node("scripts/package.mjs");

      const manifest = JSON.parse(await readFile(path.join(copy, "vss-extension.json"), "utf8"));
      const vsix = path.join(copy, "dist", `notebook-ops-${manifest.version}.vsix`);
      const list = await run(path.join(copy, ".venv/bin/python"), ["-m", "zipfile", "--list", vsix]);
      for (const file of ["task.json", "icon.png", "main.js", "main.bundle.js", "cleanup.js"])
        assert.ok(list.stdout.includes(`tasks/DatabricksRunJob/${file} `), `${file} is not in the VSIX`);
      const tab = manifest.contributions.find(({ id }: { id: string }) => id === "results-tab");
      assert.ok(tab.properties.supportsTasks.includes(newId));
      assert.match(await readFile(path.join(copy, "docs/tasks.md"), "utf8"), /^## DatabricksRunJob$/m);
    } finally {
      await rm(copy, { recursive: true, force: true });
    }
  });
});

const newId = "7a0c6f0e-54b1-4a1e-9c42-9a6a5b0f3c77";

async function copyTask(repository: string, from: string, to: string): Promise<void> {
  const folder = path.join(repository, "tasks", to);
  await cp(path.join(repository, "tasks", from), folder, { recursive: true });
  const file = path.join(folder, "task.json");
  const manifest = JSON.parse(await readFile(file, "utf8"));
  const text = (await readFile(file, "utf8")).replaceAll(manifest.id, newId).replaceAll(from, to);
  await writeFile(file, text);
}

/** A file that was deleted and not yet committed as such. */
function ignoreDeleted(error: NodeJS.ErrnoException): void {
  if (error.code !== "ENOENT") throw error;
}
