// Whether dist/ is current, and building it if it is not. scripts/build.mjs writes the stamp, so that it is right however the build was started.
import { existsSync, rmSync } from "node:fs";
import path from "node:path";
import { run } from "./run.mjs";
import { filesBelow, hashOfFiles, isFresh, writeFileAtomically } from "./stamp.mjs";

/**
 * All that the build reads, except the packages that package-lock.json names. test/scripts/build.test.ts builds from these alone, so
 * that an input that is missing here fails there.
 */
const inputs = [
  "local",
  "package-lock.json",
  "package.json",
  "pytest-plugin",
  "results-tab",
  "scripts",
  "shared",
  "tasks",
  "tsconfig.json",
  "vss-extension.json",
];

const stampOf = (root) => path.join(root, "dist", ".stamp");
const outputsOf = (root) =>
  ["dist/cli/notebook-ops.mjs", "dist/extension/vss-extension.json"].map((file) => path.join(root, file));

export const buildInputs = (root) => inputs.flatMap((name) => filesBelow(path.join(root, name)));

const inputsHash = (root) => hashOfFiles(root, buildInputs(root));

export const buildIsFresh = (root) =>
  outputsOf(root).every(existsSync) && isFresh(stampOf(root), inputsHash(root));

/** Runs `build`, with no stamp from its first effect to its end: a build that failed is not current. */
export async function withBuildStamp(root, build) {
  const hash = inputsHash(root);
  rmSync(stampOf(root), { force: true });
  await build();
  writeFileAtomically(stampOf(root), hash);
}

export async function buildAll(root, tell) {
  await run(process.execPath, [path.join(root, "scripts", "build.mjs")], {
    cwd: root,
    onLine: tell,
    failure: "Could not build dist/",
  });
}
