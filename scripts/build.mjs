// npm run build: dist/extension (what the VSIX packs) and dist/cli (the notebook-ops command).

import { existsSync } from "node:fs";
import { cp, mkdir, readdir, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { buildResultsTab } from "./build/results-tab.mjs";
import { buildTask } from "./build/task.mjs";
import { withBuildStamp } from "./setup/build.mjs";

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const extension = path.join(root, "dist", "extension");

async function buildCommand() {
  await build({
    entryPoints: [path.join(root, "local", "cli", "main.ts")],
    outfile: path.join(root, "dist", "cli", "notebook-ops.mjs"),
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node20",
    // Of its packages some are CommonJS, which asks for Node's modules by require.
    banner: {
      js: 'import { createRequire as requireOf } from "node:module"; const require = requireOf(import.meta.url);',
    },
    sourcemap: true,
    logLevel: "warning",
  });
}

async function buildExtension() {
  await rm(extension, { recursive: true, force: true });
  await mkdir(extension, { recursive: true });
  await cp(path.join(root, "vss-extension.json"), path.join(extension, "vss-extension.json"));
  // Below this repository's package.json Node would take the bundles for ES modules; the VSIX has none above its tasks.
  await writeFile(path.join(extension, "package.json"), `${JSON.stringify({ type: "commonjs" })}\n`);
  const names = (await readdir(path.join(root, "tasks"), { withFileTypes: true }))
    .filter((entry) => entry.isDirectory() && existsSync(path.join(root, "tasks", entry.name, "task.json")))
    .map((entry) => entry.name);
  const tasks = names.map((name) =>
    buildTask(path.join(root, "tasks", name), path.join(extension, "tasks", name)),
  );
  await Promise.all([...tasks, buildResultsTab(path.join(extension, "results-tab"))]);
  return names.length;
}

await withBuildStamp(root, async () => {
  const [taskCount] = await Promise.all([buildExtension(), buildCommand()]);
  console.log(`built ${taskCount} tasks, the results tab and the notebook-ops command into dist/`);
});
