import { existsSync } from "node:fs";
import { cp, mkdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

/**
 * What two libraries load for functions that no task calls, and what stands in for it in their imports alone: a third of each start
 * otherwise (`npm run bench -- task-start`). task-lib: running tools, matching files, asking for ancient Nodes; node-fetch: forms, blobs.
 */
const standIns = {
  "azure-pipelines-task-lib": {
    q: "absent-module.cjs",
    minimatch: "absent-module.cjs",
    semver: "old-node.cjs",
  },
  "node-fetch": {
    "fetch-blob": "absent-forms.mjs",
    "fetch-blob/from.js": "absent-forms.mjs",
    "formdata-polyfill/esm.min.js": "absent-forms.mjs",
  },
};

const leaveOut = {
  name: "leave-out",
  setup({ onResolve }) {
    onResolve(
      { filter: /^(q|minimatch|semver|fetch-blob|formdata-polyfill)(\/|$)/ },
      ({ path: wanted, importer }) => {
        const [, library] = /.*[\\/]node_modules[\\/]([^\\/]+)/.exec(importer) ?? [];
        const file = standIns[library]?.[wanted];
        return file && { path: fileURLToPath(new URL(file, import.meta.url)) };
      },
    );
  },
};

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

/** Files of other folders that a task sends to where it runs something. */
const filesBeside = {
  FabricRunSparkTests: ["pytest-plugin/src/pytest_fabric_spark/entry_point.py"],
};

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
      plugins: [leaveOut],
      bundle: true,
      platform: "node",
      format: "cjs", // task-lib resolves modules dynamically, which an ES module bundle cannot do
      target: "node20",
      // Azure's storage client is only bundled in its ES form, which asks where it is.
      define: { "import.meta.url": "bundleUrl" },
      banner: { js: 'const bundleUrl = require("node:url").pathToFileURL(__filename).href;' },
      minify: true,
      keepNames: true,
      legalComments: "none",
      logLevel: "warning",
    });
  }
  for (const file of filesBeside[manifest.name] ?? [])
    await cp(
      fileURLToPath(new URL(`../../${file}`, import.meta.url)),
      path.join(target, path.basename(file)),
    );
  for (const file of ["task.json", "icon.png", "README.md"])
    if (existsSync(path.join(source, file))) await cp(path.join(source, file), path.join(target, file));
}
