// npm run build: dist/extension (what the VSIX packs) and dist/cli (the notebook-ops command).
import { cp, mkdir, readdir, readFile, rm } from "node:fs/promises";
import { existsSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const extension = path.join(root, "dist", "extension");

/** One CommonJS bundle for each stage that task.json declares: Node finds it beside task.json, with no node_modules. */
async function buildTask(name) {
  const source = path.join(root, "tasks", name);
  const target = path.join(extension, "tasks", name);
  const manifest = JSON.parse(await readFile(path.join(source, "task.json"), "utf8"));
  const scripts = ["prejobexecution", "execution", "postjobexecution"].flatMap((stage) =>
    Object.values(manifest[stage] ?? {}).map((handler) => handler.target),
  );
  await mkdir(target, { recursive: true });
  for (const script of new Set(scripts)) {
    await build({
      entryPoints: [path.join(source, script.replace(/\.js$/, ".ts"))],
      outfile: path.join(target, script),
      bundle: true,
      platform: "node",
      format: "cjs", // task-lib resolves modules dynamically, which an ES module bundle cannot do
      target: "node20",
      minify: true,
      keepNames: true,
      legalComments: "none",
      logLevel: "warning",
    });
  }
  for (const file of ["task.json", "icon.png", "README.md"])
    if (existsSync(path.join(source, file))) await cp(path.join(source, file), path.join(target, file));
}

async function buildCommand() {
  await build({
    entryPoints: [path.join(root, "local", "cli", "main.ts")],
    outfile: path.join(root, "dist", "cli", "notebook-ops.mjs"),
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node20",
    packages: "external",
    sourcemap: true,
    logLevel: "warning",
  });
}

await rm(extension, { recursive: true, force: true });
await mkdir(extension, { recursive: true });
await cp(path.join(root, "vss-extension.json"), path.join(extension, "vss-extension.json"));
const names = (await readdir(path.join(root, "tasks"), { withFileTypes: true }))
  .filter((entry) => entry.isDirectory() && existsSync(path.join(root, "tasks", entry.name, "task.json")))
  .map((entry) => entry.name);
await Promise.all([...names.map(buildTask), buildCommand()]);
console.log(`built ${names.length} tasks and the notebook-ops command into dist/`);
