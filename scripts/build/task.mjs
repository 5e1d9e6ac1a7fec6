import { existsSync } from "node:fs";
import { cp, mkdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

/** What task-lib loads for functions that no task calls (running tools, matching files): 10 ms of each start. */
const unused = ["q", "minimatch"];
const absent = fileURLToPath(new URL("./absent-module.cjs", import.meta.url));

/**
 * The script that the agent starts. From the second start on, Node finds the bundle compiled, in a folder that only who could
 * change the task itself can write to; Node 20 has no such cache.
 */
const starter = (bundle) =>
  [
    '"use strict";',
    'require("node:module").enableCompileCache?.(require("node:path").join(__dirname, ".compiled"));',
    `require("./${bundle}");`,
    "",
  ].join("\n");

/**
 * Bundles a task: for each stage that its task.json declares, one CommonJS file that Node runs with no node_modules beside it.
 * @param {string} source the task's folder, e.g. `tasks/KeyVaultFetchSecrets`
 * @param {string} target the folder to fill
 */
export async function buildTask(source, target) {
  const manifest = JSON.parse(await readFile(path.join(source, "task.json"), "utf8"));
  const scripts = ["prejobexecution", "execution", "postjobexecution"].flatMap((stage) =>
    Object.values(manifest[stage] ?? {}).map((handler) => handler.target),
  );
  await mkdir(target, { recursive: true });
  for (const script of new Set(scripts)) {
    const bundle = script.replace(/\.js$/, ".bundle.js");
    await writeFile(path.join(target, script), starter(bundle));
    await build({
      entryPoints: [path.join(source, script.replace(/\.js$/, ".ts"))],
      outfile: path.join(target, bundle),
      alias: Object.fromEntries(unused.map((name) => [name, absent])),
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
