import { existsSync } from "node:fs";
import { cp, mkdir, readFile } from "node:fs/promises";
import path from "node:path";
import { build } from "esbuild";

/**
 * Bundles a task: one CommonJS file for each stage that its task.json declares, which Node runs with no node_modules beside it.
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
