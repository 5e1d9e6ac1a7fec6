// node scripts/generate.mjs [--check]: all that follows from the tasks' task.json and outputs.json. A task is a folder below tasks/ and nothing
// else: its contribution to the extension, its place in the documentation and the variables that it sets are made here. With --check
// nothing is written, and a file that is not current is an error.
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { docsOf } from "./generate/docs.mjs";
import { extensionOf } from "./generate/extension.mjs";
import { settersOf } from "./generate/setters.mjs";
import { readTasks } from "./generate/tasks.mjs";

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));

/** Every generated file: path from the root → content, an object where the file's JSON counts and not its layout. */
export async function generatedFiles() {
  const tasks = await readTasks(root);
  return new Map([...(await docsOf(root, tasks)), ...(await extensionOf(root, tasks)), ...settersOf(tasks)]);
}

export async function isCurrent(file, content) {
  const full = path.join(root, file);
  if (!existsSync(full)) return false;
  const text = await readFile(full, "utf8");
  if (typeof content === "string") return text === content;
  return JSON.stringify(JSON.parse(text)) === JSON.stringify(content);
}

async function write(file, content) {
  if (typeof content === "string") return writeFile(file, content);
  await writeFile(file, `${JSON.stringify(content, undefined, 2)}\n`);
  const biome = path.join(root, "node_modules", "@biomejs", "biome", "bin", "biome");
  execFileSync(process.execPath, [biome, "format", "--write", file], { cwd: root, stdio: "ignore" });
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  const args = process.argv.slice(2);
  const check = args.includes("--check");
  const unknown = args.find((each) => each !== "--check");
  if (unknown !== undefined) {
    console.error(
      `Could not read the arguments of scripts/generate.mjs: unknown argument "${unknown}"; write --check or nothing.`,
    );
    process.exit(2);
  }
  const stale = [];
  for (const [file, content] of await generatedFiles()) {
    if (await isCurrent(file, content)) continue;
    stale.push(file);
    if (!check) await write(path.join(root, file), content);
  }
  if (check && stale.length > 0) {
    console.error(
      `Could not find what the tasks declare in ${stale.join(", ")}: ${stale.length === 1 ? "it is" : "they are"} out of date; run node scripts/generate.mjs.`,
    );
    process.exitCode = 1;
  } else console.log(stale.length > 0 ? `wrote ${stale.join(", ")}` : "all generated files are current");
}
