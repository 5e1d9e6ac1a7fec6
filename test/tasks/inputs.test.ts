import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { build } from "esbuild";

const tasksFolder = path.resolve(import.meta.dirname, "../../tasks");
const tasks = readdirSync(tasksFolder).filter((name) =>
  existsSync(path.join(tasksFolder, name, "task.json")),
);

/** Names of inputs that a task asks its host for: in its own files, and in what it uses of shared/. */
async function inputsRead(task: string): Promise<string[]> {
  const stages = ["main.ts", "cleanup.ts"]
    .map((file) => path.join(tasksFolder, task, file))
    .filter(existsSync);
  const { outputFiles } = await build({
    entryPoints: stages,
    outdir: "unused",
    write: false,
    bundle: true,
    treeShaking: true,
    format: "esm",
    platform: "node",
    packages: "external",
  });
  const text = outputFiles.map((file) => file.text).join("\n");
  const asked = text.matchAll(/\.(?:(?:[a-z]+I|i)nput|connection)\(\s*"(\w+)"/g);
  return [...new Set([...asked].map(([, name]) => name!))].sort();
}

describe("task.json", () => {
  for (const task of tasks)
    it(`declares the inputs that ${task} reads, and no others`, async () => {
      const { inputs } = JSON.parse(readFileSync(path.join(tasksFolder, task, "task.json"), "utf8")) as {
        inputs: { name: string }[];
      };
      assert.deepEqual(await inputsRead(task), inputs.map(({ name }) => name).sort());
    });
});
